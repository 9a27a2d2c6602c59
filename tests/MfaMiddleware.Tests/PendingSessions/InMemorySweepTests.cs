using System.Security.Cryptography;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.TestKit;
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
        _clock.FireTimers();
        var verbs = 0;
        var longest = TimeSpan.Zero;
        for (; store.Count > 0; verbs++)
        {
            var before = TimeProvider.System.GetTimestamp();
            await store.FindAsync(NewId(), default);
            var took = TimeProvider.System.GetElapsedTime(before);
            if (took > longest) longest = took;
        }

        var whole = TimeProvider.System.GetElapsedTime(started);
        output.WriteLine($"{verbs} verbs in a sweep of {whole.TotalMilliseconds:F0} ms, the longest {longest.TotalMilliseconds:F1} ms");

        // Both sweep; neither must have kept a verb waiting for a good part of it.
        Assert.InRange(verbs, 100, 200_000);
        Assert.True(longest < whole / 2, $"A verb waited {longest} of {whole}.");
    }

    [Fact]
    public async Task ExpiredSessions_AreSweptByTheTimerAlone()
    {
        var clock = new FakeClock();
        using var store = new InMemoryPendingSessionStore(clock);
        _clock.Now = clock.GetUtcNow();
        await FillAsync(store, 5000, TimeSpan.FromMinutes(1));

        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(5000, store.Count);

        clock.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal(0, store.Count);
    }

    [Fact]
    public async Task SessionsThatAreNotOver_AreNotSwept()
    {
        var store = NewStore();
        await FillAsync(store, 1000, TimeSpan.FromMinutes(1));
        await FillAsync(store, 500, TimeSpan.FromMinutes(10));

        _clock.Now += TimeSpan.FromMinutes(5);
        _clock.FireTimers();
        while (store.Count > 500) await Task.Yield();

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
        while (store.Count > 200) await Task.Yield();

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

    /// <summary>A clock that a test sets. Its long timers wait until the test fires them; pauses between batches are real.</summary>
    private sealed class HandClock : TimeProvider
    {
        private readonly List<HandTimer> _timers = [];

        public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public int Timers => _timers.Count;

        public void FireTimers() => _timers.ForEach(t => t.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Now.UtcTicks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Add(new HandTimer(System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan), t => _timers.Remove(t)));
            return _timers[^1];
        }

        private sealed class HandTimer(ITimer real, Action<HandTimer> gone) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => dueTime >= TimeSpan.FromSeconds(1) || real.Change(dueTime, period);

            public void Dispose()
            {
                gone(this);
                real.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
