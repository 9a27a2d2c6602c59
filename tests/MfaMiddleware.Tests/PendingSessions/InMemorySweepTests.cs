using System.Security.Cryptography;
using MfaMiddleware.PendingSessions;
using Xunit;
using Xunit.Abstractions;

namespace MfaMiddleware.Tests.PendingSessions;

[CollectionDefinition("Measured", DisableParallelization = true)]
public sealed class MeasuredAlone;

/// <summary>Measures memory and waits, so nothing else runs meanwhile.</summary>
[Collection("Measured")]
public sealed class InMemorySweepTests(ITestOutputHelper output) : IDisposable
{
    private static readonly PendingSessionLimits Limits = new(20, TimeSpan.FromSeconds(60), 1_000_000);
    private readonly HandClock _clock = new();
    private readonly List<InMemoryPendingSessionStore> _stores = [];

    public void Dispose() => _stores.ForEach(s => s.Dispose());

    [Fact]
    public async Task TwoHundredThousandExpiredSessions_AreSweptByTheTimerWithoutHoldingUpVerbs()
    {
        var store = NewStore();
        await FillAsync(store, 200_000, TimeSpan.FromMinutes(1));
        Assert.Equal(200_000, store.Count);
        _clock.Now += TimeSpan.FromMinutes(1);

        var started = TimeProvider.System.GetTimestamp();
        var sweep = Task.Factory.StartNew(_clock.FireTimers, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var verbs = 0;
        var longest = TimeSpan.Zero;
        for (; !sweep.IsCompleted; verbs++)
        {
            var before = TimeProvider.System.GetTimestamp();
            await store.FindAsync(NewId(), default);
            var took = TimeProvider.System.GetElapsedTime(before);
            if (took > longest) longest = took;
        }

        await sweep;
        output.WriteLine($"{verbs} verbs in a sweep of {TimeProvider.System.GetElapsedTime(started).TotalMilliseconds:F0} ms, the longest {longest.TotalMilliseconds:F1} ms");
        Assert.Equal(0, store.Count);
        Assert.True(verbs > 20, $"Only {verbs} verbs got in during the sweep.");
    }

    [Fact]
    public async Task SessionsThatAreNotOver_AreNotSwept()
    {
        var store = NewStore();
        await FillAsync(store, 1000, TimeSpan.FromMinutes(1));
        await FillAsync(store, 500, TimeSpan.FromMinutes(10));

        _clock.Now += TimeSpan.FromMinutes(5);
        _clock.FireTimers();

        Assert.Equal(500, store.Count);
    }

    [Fact]
    public async Task Verbs_SweepMoreThanTheyAdd_WithoutTheTimer()
    {
        var store = NewStore();
        await FillAsync(store, 100, TimeSpan.FromMinutes(1));
        _clock.Now += TimeSpan.FromMinutes(2);

        await FillAsync(store, 25, TimeSpan.FromMinutes(10));

        Assert.Equal(25, store.Count);
    }

    [Fact]
    public async Task ShortenedSession_IsSweptAtItsNewEnd()
    {
        var store = NewStore();
        var sessions = await FillAsync(store, 300, TimeSpan.FromMinutes(5));
        foreach (var session in sessions.Where((_, i) => i % 3 == 0))
            await store.TryUpdateAsync(session.Id, 1, null, _clock.Now + TimeSpan.FromMinutes(1), default);

        _clock.Now += TimeSpan.FromMinutes(1);
        _clock.FireTimers();

        Assert.Equal(200, store.Count);
    }

    [Fact]
    public void DisposedStore_LeavesNoTimer()
    {
        var store = NewStore();
        Assert.Equal(1, _clock.Timers);

        store.Dispose();

        Assert.Equal(0, _clock.Timers);
    }

    [Fact]
    public async Task PendingSessionWithATicketOfOneKilobyte_TakesAtMostOneAndAHalf()
    {
        const int Count = 100_000;
        var store = NewStore();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await FillAsync(store, Count, TimeSpan.FromMinutes(5), payloadBytes: 1200, keep: false);

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Count;
        output.WriteLine($"{each:F0} bytes a session");
        Assert.InRange(each, 1200, 1536);
        Assert.Equal(Count, store.Count);
    }

    private InMemoryPendingSessionStore NewStore()
    {
        _stores.Add(new InMemoryPendingSessionStore(_clock));
        return _stores[^1];
    }

    private static string NewId() =>
        Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private async Task<List<PendingSession>> FillAsync(
        InMemoryPendingSessionStore store, int count, TimeSpan lifetime, int payloadBytes = 0, bool keep = true)
    {
        var sessions = new List<PendingSession>();
        for (var i = 0; i < count; i++)
        {
            var session = new PendingSession
            {
                Id = NewId(),
                Kind = PendingSessionKind.Json,
                Purpose = PendingSessionPurpose.SignIn,
                Subject = new MfaSubject("", $"6f9619ff-8b86-d011-b42d-{lifetime.Minutes:x4}{i / 4:x8}"),
                Network = "203.0.113.0/24",
                SecretHash = new byte[32],
                CreatedAt = _clock.Now,
                ExpiresAt = _clock.Now + lifetime,
                AttemptsRemaining = 5,
                Payload = new byte[payloadBytes],
            };
            Assert.IsType<CreateResult.Created>(await store.CreateAsync(session, Limits, default));
            if (keep) sessions.Add(session);
        }

        return sessions;
    }

    /// <summary>A clock whose timers a test fires by hand, on a thread of its choice.</summary>
    private sealed class HandClock : TimeProvider
    {
        private readonly List<HandTimer> _timers = [];

        public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public int Timers => _timers.Count;

        public void FireTimers() => _timers.ForEach(t => t.Fire());

        public override DateTimeOffset GetUtcNow() => Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Add(new HandTimer(() => callback(state), t => _timers.Remove(t)));
            return _timers[^1];
        }

        private sealed class HandTimer(Action fire, Action<HandTimer> dispose) : ITimer
        {
            public void Fire() => fire();

            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() => dispose(this);

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
