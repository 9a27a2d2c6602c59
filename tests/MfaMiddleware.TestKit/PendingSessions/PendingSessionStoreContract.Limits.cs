using MfaMiddleware.PendingSessions;
using Xunit;

namespace MfaMiddleware.TestKit.PendingSessions;

/// <summary>Ends, evictions, caps.</summary>
public abstract partial class PendingSessionStoreContract
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task Session_IsThereUntilItsEndAndNotAtIt()
    {
        var session = await StoredAsync();

        Clock.Advance(Lifetime - Tick);
        Assert.True(await IsThereAsync(session));

        Clock.Advance(Tick);
        Assert.False(await IsThereAsync(session));
    }

    [Fact]
    public async Task SessionAtItsEnd_IsGoneForEachVerb()
    {
        var atRest = await StoredAsync();
        var spent = await AnsweringAsync();
        Clock.Advance(Lifetime);

        Assert.Null(await Store.TrySpendAttemptAsync(atRest.Id, 1, None));
        Assert.Null(await Store.TryUpdateAsync(atRest.Id, 1, null, atRest.ExpiresAt, None));
        Assert.False(await Store.RemoveAsync(atRest.Id, None));
        Assert.Null(await Store.RejectAsync(spent.Id, 1, NewHash(), None));
        Assert.False(await Store.RefundAsync(spent.Id, 1, None));
        Assert.False(await Store.TryConsumeAsync(spent.Id, 1, "/", None));
    }

    [Fact]
    public async Task Activity_DoesNotMoveTheEnd()
    {
        var session = await StoredAsync();
        Clock.Advance(Lifetime - Tick);
        await Store.TrySpendAttemptAsync(session.Id, 1, None);
        await Store.RejectAsync(session.Id, 1, NewHash(), None);
        await Store.TryUpdateAsync(session.Id, 2, [1], session.ExpiresAt, None);

        Clock.Advance(Tick);

        Assert.False(await IsThereAsync(session));
    }

    [Fact]
    public async Task Update_BringsTheEndNearerButNeverMovesItAway()
    {
        var session = await StoredAsync();
        var sooner = session.ExpiresAt - TimeSpan.FromMinutes(1);

        await Store.TryUpdateAsync(session.Id, 1, null, sooner, None);
        var updated = await Store.TryUpdateAsync(session.Id, 2, null, session.ExpiresAt, None);

        Assert.Equal(sooner, updated!.ExpiresAt);
        Clock.Advance(TimeSpan.FromMinutes(4));
        Assert.False(await IsThereAsync(session));
    }

    [Fact]
    public async Task CompletedSession_EndsWhenItWouldHave()
    {
        var spent = await AnsweringAsync();
        await Store.TryConsumeAsync(spent.Id, 1, "/home", None);

        Clock.Advance(Lifetime - Tick);
        Assert.True(await IsThereAsync(spent));

        Clock.Advance(Tick);
        Assert.False(await IsThereAsync(spent));
    }

    [Fact]
    public async Task NewcomerAtTheLimit_PushesOutTheOldestOfItsNetwork()
    {
        var foreign = await StoredLaterAsync(Elsewhere);
        var oldest = await StoredLaterAsync(Home);
        var others = new List<PendingSession>();
        for (var i = 0; i < 3; i++) others.Add(await StoredLaterAsync(Home));
        Clock.Advance(TimeSpan.FromSeconds(90));

        await StoredAsync(New());

        Assert.False(await IsThereAsync(oldest));
        Assert.True(await IsThereAsync(foreign));
        Assert.Equal(3, await CountAsync(others));
    }

    [Fact]
    public async Task NewcomerOfAnotherNetwork_WaitsUntilTheOldestIsNoLongerProtected()
    {
        var oldest = await StoredLaterAsync(Home);
        var sessions = new List<PendingSession> { oldest };
        for (var i = 0; i < 4; i++) sessions.Add(await StoredLaterAsync(Home));
        var newcomer = New(network: Elsewhere);

        var refused = Assert.IsType<CreateResult.TooManyForSubject>(await Store.CreateAsync(newcomer, Limits, None));
        Assert.Equal(oldest.CreatedAt + Limits.Protected - Clock.GetUtcNow(), refused.RetryAfter);
        Assert.Equal(5, await CountAsync(sessions));
        Assert.False(await IsThereAsync(newcomer));

        Clock.Advance(refused.RetryAfter - Tick);
        Assert.IsType<CreateResult.TooManyForSubject>(await Store.CreateAsync(newcomer, Limits, None));

        Clock.Advance(Tick);
        await StoredAsync(newcomer);
        Assert.False(await IsThereAsync(oldest));
        Assert.Equal(4, await CountAsync(sessions));
    }

    [Fact]
    public async Task SessionBeingAnswered_IsNotPushedOutIfAnotherCanBe()
    {
        var oldest = await StoredLaterAsync(Home);
        await Store.TrySpendAttemptAsync(oldest.Id, 1, None);
        var second = await StoredLaterAsync(Home);
        for (var i = 0; i < 3; i++) await StoredLaterAsync(Home);

        await StoredAsync(New());

        Assert.True(await IsThereAsync(oldest));
        Assert.False(await IsThereAsync(second));
    }

    [Fact]
    public async Task SessionBeingAnswered_IsPushedOutIfAllAre()
    {
        var sessions = new List<PendingSession>();
        for (var i = 0; i < 5; i++)
        {
            var session = await StoredLaterAsync(Home);
            await Store.TrySpendAttemptAsync(session.Id, 1, None);
            sessions.Add(session);
        }

        await StoredAsync(New());

        Assert.False(await IsThereAsync(sessions[0]));
        Assert.Equal(4, await CountAsync(sessions));
    }

    [Fact]
    public async Task SignInsAndStepUps_AreCountedApart()
    {
        for (var i = 0; i < 5; i++) await StoredLaterAsync(Elsewhere);

        await StoredAsync(New() with { Purpose = PendingSessionPurpose.StepUp });

        Assert.IsType<CreateResult.TooManyForSubject>(await Store.CreateAsync(New(), Limits, None));
    }

    [Fact]
    public async Task CompletedSession_DoesNotCountForItsSubject()
    {
        for (var i = 0; i < 5; i++)
        {
            var session = await StoredLaterAsync(Elsewhere);
            await Store.TrySpendAttemptAsync(session.Id, 1, None);
            await Store.TryConsumeAsync(session.Id, 1, "/home", None);
        }

        var sessions = new List<PendingSession>();
        for (var i = 0; i < 5; i++) sessions.Add(await StoredLaterAsync(Home));
        Assert.Equal(5, await CountAsync(sessions));
    }

    [Fact]
    public async Task ExpiredSession_DoesNotCountForItsSubject()
    {
        for (var i = 0; i < 5; i++) await StoredAsync(New(network: Elsewhere, lifetime: TimeSpan.FromSeconds(30)));

        Clock.Advance(TimeSpan.FromSeconds(30));

        await StoredAsync(New());
    }

    [Fact]
    public async Task RemovedSession_MakesRoomForItsSubject()
    {
        var first = await StoredAsync(New(network: Elsewhere));
        for (var i = 0; i < 4; i++) await StoredAsync(New(network: Elsewhere));

        await Store.RemoveAsync(first.Id, None);

        await StoredAsync(New());
    }

    [Fact]
    public async Task FullStore_RefusesNewcomersUntilOneLeaves()
    {
        var limits = Limits with { Total = 2 };
        var first = await StoredAsync(New(new MfaSubject("", "one")));
        await StoredAsync(New(new MfaSubject("", "two")));
        var newcomer = New();

        Assert.IsType<CreateResult.Full>(await Store.CreateAsync(newcomer, limits, None));
        Assert.False(await IsThereAsync(newcomer));

        await Store.RemoveAsync(first.Id, None);
        Assert.IsType<CreateResult.Created>(await Store.CreateAsync(newcomer, limits, None));
    }

    [Fact]
    public async Task FullStore_DoesNotCountExpiredSessions()
    {
        var limits = Limits with { Total = 20 };
        for (var i = 0; i < 20; i++) await StoredAsync(New(new MfaSubject("", $"user{i}"), lifetime: TimeSpan.FromSeconds(1)));

        Clock.Advance(TimeSpan.FromSeconds(1));

        for (var i = 0; i < 20; i++) Assert.IsType<CreateResult.Created>(await Store.CreateAsync(New(new MfaSubject("", $"new{i}")), limits, None));
        Assert.IsType<CreateResult.Full>(await Store.CreateAsync(New(), limits, None));
    }

    [Fact]
    public async Task FullStore_StillLetsASubjectReplaceItsOwnOldest()
    {
        var limits = Limits with { PerSubject = 1, Total = 1 };
        var first = await StoredAsync();
        var second = New();

        Assert.IsType<CreateResult.Created>(await Store.CreateAsync(second, limits, None));
        Assert.False(await IsThereAsync(first));
        Assert.True(await IsThereAsync(second));
    }

    [Fact]
    public async Task FullStore_PushesNobodyOutForANewcomerThatItRefuses()
    {
        var first = await StoredLaterAsync(Home);
        var second = await StoredLaterAsync(Home);

        Assert.IsType<CreateResult.Full>(await Store.CreateAsync(New(), Limits with { PerSubject = 2, Total = 1 }, None));

        Assert.True(await IsThereAsync(first));
        Assert.True(await IsThereAsync(second));
    }

    /// <summary>Stores one, and lets a little time go by: no two are of the same age.</summary>
    private async Task<PendingSession> StoredLaterAsync(string network)
    {
        var session = await StoredAsync(New(network: network));
        Clock.Advance(TimeSpan.FromSeconds(1));
        return session;
    }
}
