using MfaMiddleware.PendingSessions;
using Xunit;

namespace MfaMiddleware.TestKit.PendingSessions;

public abstract partial class PendingSessionStoreContract
{
    [Fact]
    public async Task StoredSession_IsFoundAsItWasStored()
    {
        var session = New(new MfaSubject("tenant", "Ünïcødé 用户"), "2001:db8:1234::/48") with
        {
            Kind = PendingSessionKind.Browser,
            Purpose = PendingSessionPurpose.StepUp,
            State = [1, 2, 3],
        };
        await StoredAsync(session);

        AssertSame(session, await Store.FindAsync(session.Id, None));
    }

    [Fact]
    public async Task IdInUse_IsRefusedAndTheFirstSessionStays()
    {
        var session = await StoredAsync();

        await Assert.ThrowsAnyAsync<Exception>(async () => await Store.CreateAsync(New() with { Id = session.Id }, Limits, None));

        AssertSame(session, await Store.FindAsync(session.Id, None));
    }

    [Fact]
    public async Task RealmAndId_AreNotMixedUp()
    {
        for (var i = 0; i < Limits.PerSubject; i++) await StoredAsync(New(new MfaSubject("ab", "c"), Elsewhere));

        await StoredAsync(New(new MfaSubject("a", "bc")));
        await StoredAsync(New(new MfaSubject("", "abc")));
    }

    [Fact]
    public async Task Spend_TakesOneAttemptAndKeepsTheVersion()
    {
        var session = await StoredAsync();

        var spent = await Store.TrySpendAttemptAsync(session.Id, 1, None);

        AssertSame(session with { AttemptsRemaining = 4, IsAnswering = true }, spent);
        AssertSame(spent!, await Store.FindAsync(session.Id, None));
    }

    [Fact]
    public async Task Spend_WhileAnAnswerIsChecked_IsRefused()
    {
        var spent = await AnsweringAsync();

        Assert.Null(await Store.TrySpendAttemptAsync(spent.Id, 1, None));
        AssertSame(spent, await Store.FindAsync(spent.Id, None));
    }

    [Fact]
    public async Task Spend_WithoutAnAttemptLeft_IsRefused()
    {
        var session = await StoredAsync(New(attempts: 0));

        Assert.Null(await Store.TrySpendAttemptAsync(session.Id, 1, None));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public async Task AnotherVersion_ChangesNothing(long version)
    {
        var session = await StoredAsync();
        Assert.Null(await Store.TrySpendAttemptAsync(session.Id, version, None));
        Assert.Null(await Store.TryUpdateAsync(session.Id, version, [1], session.ExpiresAt, None));
        AssertSame(session, await Store.FindAsync(session.Id, None));

        var spent = await Store.TrySpendAttemptAsync(session.Id, 1, None);
        Assert.Null(await Store.RejectAsync(session.Id, version, NewHash(), None));
        Assert.False(await Store.RefundAsync(session.Id, version, None));
        Assert.False(await Store.TryConsumeAsync(session.Id, version, null, None));
        AssertSame(spent!, await Store.FindAsync(session.Id, None));
    }

    [Fact]
    public async Task Reject_ReplacesTheSecretAndRaisesTheVersion()
    {
        var spent = await AnsweringAsync();
        var secretHash = NewHash();

        var rejected = await Store.RejectAsync(spent.Id, 1, secretHash, None);

        AssertSame(spent with { IsAnswering = false, Version = 2, SecretHash = secretHash }, rejected);
        AssertSame(rejected!, await Store.FindAsync(spent.Id, None));
        Assert.Null(await Store.TrySpendAttemptAsync(spent.Id, 1, None));
        Assert.NotNull(await Store.TrySpendAttemptAsync(spent.Id, 2, None));
    }

    [Fact]
    public async Task Reject_OfTheLastAttempt_ReturnsTheSessionAndRemovesIt()
    {
        var spent = await AnsweringAsync(attempts: 1);

        var rejected = await Store.RejectAsync(spent.Id, 1, NewHash(), None);

        Assert.Equal(0, rejected!.AttemptsRemaining);
        Assert.Equal(spent.Payload, rejected.Payload);
        Assert.False(await IsThereAsync(spent));
    }

    [Fact]
    public async Task Refund_LeavesTheSessionAsBeforeTheSpend()
    {
        var session = await StoredAsync();
        await Store.TrySpendAttemptAsync(session.Id, 1, None);

        Assert.True(await Store.RefundAsync(session.Id, 1, None));
        Assert.False(await Store.RefundAsync(session.Id, 1, None));
        AssertSame(session, await Store.FindAsync(session.Id, None));
    }

    [Fact]
    public async Task RejectRefundAndConsume_WithoutASpend_AreRefused()
    {
        var session = await StoredAsync();

        Assert.Null(await Store.RejectAsync(session.Id, 1, NewHash(), None));
        Assert.False(await Store.RefundAsync(session.Id, 1, None));
        Assert.False(await Store.TryConsumeAsync(session.Id, 1, null, None));
        AssertSame(session, await Store.FindAsync(session.Id, None));
    }

    [Fact]
    public async Task Update_ReplacesTheStateAndKeepsTheSecret()
    {
        var session = await StoredAsync();
        var expiresAt = session.ExpiresAt - TimeSpan.FromMinutes(1);

        var updated = await Store.TryUpdateAsync(session.Id, 1, [7, 8], expiresAt, None);

        AssertSame(session with { Version = 2, State = [7, 8], ExpiresAt = expiresAt }, updated);
        AssertSame(updated!, await Store.FindAsync(session.Id, None));
        Assert.Null((await Store.TryUpdateAsync(session.Id, 2, null, expiresAt, None))!.State);
    }

    [Fact]
    public async Task Update_WhileAnAnswerIsChecked_IsRefused()
    {
        var spent = await AnsweringAsync();

        Assert.Null(await Store.TryUpdateAsync(spent.Id, 1, [1], spent.ExpiresAt, None));
        AssertSame(spent, await Store.FindAsync(spent.Id, None));
    }

    [Fact]
    public async Task Consume_WithoutAUrl_RemovesTheSession()
    {
        var spent = await AnsweringAsync();

        Assert.True(await Store.TryConsumeAsync(spent.Id, 1, null, None));
        Assert.False(await IsThereAsync(spent));
        Assert.False(await Store.TryConsumeAsync(spent.Id, 1, null, None));
    }

    [Fact]
    public async Task Consume_WithAUrl_LeavesTheUrlAndNoSecrets()
    {
        var session = New() with { State = [1] };
        await StoredAsync(session);
        await Store.TrySpendAttemptAsync(session.Id, 1, None);

        Assert.True(await Store.TryConsumeAsync(session.Id, 1, "/home", None));

        var left = await Store.FindAsync(session.Id, None);
        Assert.Equal("/home", left!.CompletedUrl);
        Assert.Empty(left.Payload);
        Assert.Null(left.State);
        Assert.False(left.IsAnswering);
        Assert.Equal(session.ExpiresAt, left.ExpiresAt);
        Assert.Equal(session.SecretHash, left.SecretHash);
    }

    [Fact]
    public async Task CompletedSession_CanDoNothingMore()
    {
        var spent = await AnsweringAsync();
        await Store.TryConsumeAsync(spent.Id, 1, "/home", None);
        var completed = await Store.FindAsync(spent.Id, None);

        for (var version = 1; version <= completed!.Version; version++)
        {
            Assert.Null(await Store.TrySpendAttemptAsync(spent.Id, version, None));
            Assert.Null(await Store.RejectAsync(spent.Id, version, NewHash(), None));
            Assert.False(await Store.RefundAsync(spent.Id, version, None));
            Assert.Null(await Store.TryUpdateAsync(spent.Id, version, [1], spent.ExpiresAt, None));
            Assert.False(await Store.TryConsumeAsync(spent.Id, version, "/other", None));
        }

        Assert.False(await Store.RemoveAsync(spent.Id, None));
        AssertSame(completed, await Store.FindAsync(spent.Id, None));
    }

    [Fact]
    public async Task Remove_EndsASessionOnce_AlsoWhileAnAnswerIsChecked()
    {
        var spent = await AnsweringAsync();

        Assert.True(await Store.RemoveAsync(spent.Id, None));
        Assert.False(await Store.RemoveAsync(spent.Id, None));
        Assert.False(await Store.TryConsumeAsync(spent.Id, 1, null, None));
    }

    [Fact]
    public async Task GarbageId_IsNoSession()
    {
        string[] ids =
        [
            "", " ", "\0", "\r\n*1\r\n$4\r\nPING", "'; DROP TABLE x; --", new('A', 21), new('A', 23), new('A', 65_536), "AAAAAAAAAAAAAAAAAAAAA=",
            "AAAAAAAAAAAAAAAAAAAA==", "{AAAAAAAAAAAAAAAAAAAA}", new('é', 22), new('\ud800', 22), new(' ', 22), new('A', 22),
        ];

        foreach (var id in ids)
        {
            Assert.Null(await Store.FindAsync(id, None));
            Assert.Null(await Store.TrySpendAttemptAsync(id, 1, None));
            Assert.Null(await Store.RejectAsync(id, 1, NewHash(), None));
            Assert.False(await Store.RefundAsync(id, 1, None));
            Assert.Null(await Store.TryUpdateAsync(id, 1, null, Clock.GetUtcNow(), None));
            Assert.False(await Store.TryConsumeAsync(id, 1, "/", None));
            Assert.False(await Store.RemoveAsync(id, None));
        }
    }

    [Fact]
    public async Task IdThatDiffersByACharacter_IsNoSession()
    {
        var session = await StoredAsync();
        for (var i = 0; i < session.Id.Length; i++)
        {
            foreach (var other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".Where(c => c != session.Id[i]))
            {
                var id = session.Id[..i] + other + session.Id[(i + 1)..];
                Assert.Null(await Store.FindAsync(id, None));
            }
        }
    }
}
