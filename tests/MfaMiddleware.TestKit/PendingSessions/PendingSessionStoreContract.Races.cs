using MfaMiddleware.PendingSessions;
using Xunit;

namespace MfaMiddleware.TestKit.PendingSessions;

/// <summary>Each verb with 64 callers at the same moment.</summary>
public abstract partial class PendingSessionStoreContract
{
    [Fact]
    public async Task ParallelCreates_OfManySubjects_AreAllStored()
    {
        var sessions = await PendingSessionRace.RunAsync(i => new ValueTask<PendingSession>(StoredAsync(New(new MfaSubject("", $"user{i}")))));

        foreach (var session in sessions) Assert.True(await IsThereAsync(session));
    }

    [Fact]
    public async Task ParallelCreates_OfOneSubject_LeaveAsManyAsAllowed()
    {
        var sessions = Enumerable.Range(0, PendingSessionRace.Callers).Select(_ => New()).ToArray();

        await PendingSessionRace.RunAsync(i => Store.CreateAsync(sessions[i], Limits, None));

        Assert.Equal(Limits.PerSubject, await CountAsync(sessions));
    }

    [Fact]
    public async Task ParallelCreates_OfProtectedNetworks_AreStoredAsManyAsAllowed()
    {
        var sessions = Enumerable.Range(0, PendingSessionRace.Callers).Select(i => New(network: $"10.0.{i}.0/24")).ToArray();

        var results = await PendingSessionRace.RunAsync(i => Store.CreateAsync(sessions[i], Limits, None));

        Assert.Equal(Limits.PerSubject, results.Count(r => r is CreateResult.Created));
        Assert.Equal(PendingSessionRace.Callers - Limits.PerSubject, results.Count(r => r is CreateResult.TooManyForSubject));
        Assert.Equal(Limits.PerSubject, await CountAsync(sessions));
    }

    [Fact]
    public async Task ParallelCreates_IntoAnAlmostFullStore_NeverPassTheCap()
    {
        var limits = Limits with { Total = 10 };

        var results = await PendingSessionRace.RunAsync(i => Store.CreateAsync(New(new MfaSubject("", $"user{i}")), limits, None));

        Assert.Equal(10, results.Count(r => r is CreateResult.Created));
        Assert.Equal(PendingSessionRace.Callers - 10, results.Count(r => r is CreateResult.Full));
    }

    [Fact]
    public async Task ParallelFinds_WhileASessionChanges_SeeWholeVersions()
    {
        var session = await StoredAsync(New() with { State = [1] });

        var seen = await PendingSessionRace.RunAsync<PendingSession?>(async i => i % 8 == 0
            ? await Store.TryUpdateAsync(session.Id, i / 8 + 1, [(byte)(i / 8 + 2)], session.ExpiresAt, None)
            : await Store.FindAsync(session.Id, None));

        Assert.All(seen.OfType<PendingSession>(), s => Assert.Equal(s.Version, s.State![0]));
        Assert.True(seen.OfType<PendingSession>().Count() >= 56);
    }

    [Fact]
    public async Task ParallelSpends_OfOneVersion_HaveOneWinner()
    {
        var session = await StoredAsync();

        var results = await PendingSessionRace.RunAsync(_ => Store.TrySpendAttemptAsync(session.Id, 1, None));

        Assert.Single(results, r => r is not null);
        Assert.Equal(4, (await Store.FindAsync(session.Id, None))!.AttemptsRemaining);
    }

    [Fact]
    public async Task ParallelRejects_OfOneAnswer_HaveOneWinner()
    {
        var spent = await AnsweringAsync();
        var hashes = Enumerable.Range(0, PendingSessionRace.Callers).Select(_ => NewHash()).ToArray();

        var results = await PendingSessionRace.RunAsync(i => Store.RejectAsync(spent.Id, 1, hashes[i], None));

        var winner = Assert.Single(results, r => r is not null);
        var left = await Store.FindAsync(spent.Id, None);
        Assert.Equal(winner!.SecretHash, left!.SecretHash);
        Assert.Equal((2, 4), (left.Version, left.AttemptsRemaining));
    }

    [Fact]
    public async Task ParallelRefunds_OfOneAnswer_GiveOneAttemptBack()
    {
        var spent = await AnsweringAsync();

        var results = await PendingSessionRace.RunAsync(_ => Store.RefundAsync(spent.Id, 1, None));

        Assert.Single(results, true);
        Assert.Equal(5, (await Store.FindAsync(spent.Id, None))!.AttemptsRemaining);
    }

    [Fact]
    public async Task ParallelUpdates_OfOneVersion_HaveOneWinner()
    {
        var session = await StoredAsync();

        var results = await PendingSessionRace.RunAsync(i => Store.TryUpdateAsync(session.Id, 1, [(byte)i], session.ExpiresAt, None));

        var winner = Assert.Single(results, r => r is not null);
        Assert.Equal(winner!.State, (await Store.FindAsync(session.Id, None))!.State);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/home")]
    public async Task ParallelConsumes_OfOneAnswer_HaveOneWinner(string? url)
    {
        var spent = await AnsweringAsync();

        var results = await PendingSessionRace.RunAsync(_ => Store.TryConsumeAsync(spent.Id, 1, url, None));

        Assert.Single(results, true);
    }

    [Fact]
    public async Task ParallelRemoves_HaveOneWinner()
    {
        var session = await StoredAsync();

        var results = await PendingSessionRace.RunAsync(_ => Store.RemoveAsync(session.Id, None));

        Assert.Single(results, true);
    }

    [Fact]
    public async Task ParallelEndsOfOneAnswer_HaveOneWinner()
    {
        for (var round = 0; round < 20; round++)
        {
            var spent = await AnsweringAsync();

            var results = await PendingSessionRace.RunAsync(async i => (i % 4) switch
            {
                0 => await Store.RejectAsync(spent.Id, 1, NewHash(), None) is not null,
                1 => await Store.RefundAsync(spent.Id, 1, None),
                2 => await Store.TryConsumeAsync(spent.Id, 1, "/home", None),
                _ => await Store.TryConsumeAsync(spent.Id, 1, null, None),
            });

            Assert.Single(results, true);
            await Store.RemoveAsync(spent.Id, None);
        }
    }

    [Fact]
    public async Task ParallelAnswersInRounds_AreCheckedAtMostAsOftenAsAllowed()
    {
        var session = await StoredAsync();

        var evaluated = await PendingSessionRace.RunAsync(async _ =>
        {
            var count = 0;
            while (await Store.FindAsync(session.Id, None) is { } seen)
            {
                if (await Store.TrySpendAttemptAsync(seen.Id, seen.Version, None) is null) continue;
                count++;
                await Store.RejectAsync(seen.Id, seen.Version, NewHash(), None);
            }

            return count;
        });

        Assert.Equal(5, evaluated.Sum());
    }

    private async Task<int> CountAsync(IEnumerable<PendingSession> sessions)
    {
        var count = 0;
        foreach (var session in sessions) count += await IsThereAsync(session) ? 1 : 0;
        return count;
    }
}
