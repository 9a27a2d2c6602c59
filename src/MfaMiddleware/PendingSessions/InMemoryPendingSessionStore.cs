namespace MfaMiddleware.PendingSessions;

/// <summary>The pending sessions of one node, in its memory. A restart ends them: the users sign in again.</summary>
/// <remarks>
/// One short lock makes each verb atomic. Nothing waits under it and no verb's work grows with the number of sessions. Lifetimes go by a clock that nobody
/// sets (<see cref="SteadyClock"/>).
/// </remarks>
internal sealed class InMemoryPendingSessionStore : IPendingSessionStore, IDisposable
{
    private const int SweptByVerb = 4;
    private const int SweptAtOnce = 256;
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BatchPause = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly PendingTable _table = new();
    private readonly SteadyClock _clock;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public InMemoryPendingSessionStore(TimeProvider time)
    {
        (_time, _clock) = (time, new SteadyClock(time));
        if (ExecutionContext.IsFlowSuppressed())
        {
            _timer = StartTimer();
            return;
        }

        // The store is made within some request: without this the timer would keep that request's context for good.
        using (ExecutionContext.SuppressFlow()) _timer = StartTimer();
    }

    /// <summary>How many take memory, for tests and metrics.</summary>
    internal int Count
    {
        get
        {
            lock (_lock) return _table.Count;
        }
    }

    /// <inheritdoc />
    public ValueTask<CreateResult> CreateAsync(PendingSession session, PendingSessionLimits limits, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.PerSubject, 1);
        lock (_lock)
        {
            var now = SweepSome();
            return new(Create(new PendingEntry(session, _clock), limits, now));
        }
    }

    /// <inheritdoc />
    public ValueTask<PendingSession?> FindAsync(string id, CancellationToken cancellationToken)
    {
        lock (_lock) return new(Find(id, SweepSome())?.ToSession(_clock));
    }

    /// <inheritdoc />
    public ValueTask<PendingSession?> TrySpendAttemptAsync(string id, long version, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (FindAtRest(id, version) is not { AttemptsRemaining: > 0 } entry) return default;
            entry.AttemptsRemaining--;
            entry.IsAnswering = true;
            return new(entry.ToSession(_clock));
        }
    }

    /// <inheritdoc />
    public ValueTask<PendingSession?> RejectAsync(string id, long version, byte[] secretHash, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (FindAnswering(id, version) is not { } entry) return default;
            entry.SetSecretHash(secretHash);
            entry.IsAnswering = false;
            entry.Version++;
            if (entry.AttemptsRemaining == 0) _table.Remove(entry);
            return new(entry.ToSession(_clock));
        }
    }

    /// <inheritdoc />
    public ValueTask<bool> RefundAsync(string id, long version, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (FindAnswering(id, version) is not { } entry) return new(false);
            entry.AttemptsRemaining++;
            entry.IsAnswering = false;
            return new(true);
        }
    }

    /// <inheritdoc />
    public ValueTask<PendingSession?> TryUpdateAsync(string id, long version, byte[]? state, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (FindAtRest(id, version) is not { } entry) return default;
            entry.SetState(state);
            entry.Version++;
            _table.Shorten(entry, _clock.FromUtc(expiresAt));
            return new(entry.ToSession(_clock));
        }
    }

    /// <inheritdoc />
    public ValueTask<bool> TryConsumeAsync(string id, long version, string? completedUrl, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (FindAnswering(id, version) is not { } entry) return new(false);
            entry.IsAnswering = false;
            entry.Version++;
            if (completedUrl is null) _table.Remove(entry);
            else _table.Complete(entry, completedUrl);
            return new(true);
        }
    }

    /// <inheritdoc />
    public ValueTask<bool> RemoveAsync(string id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Find(id, SweepSome()) is not { IsCompleted: false } entry) return new(false);
            _table.Remove(entry);
            return new(true);
        }
    }

    public void Dispose() => _timer.Dispose();

    private ITimer StartTimer() =>
        _time.CreateTimer(static store => ((InMemoryPendingSessionStore)store!).SweepBatch(), this, SweepPeriod, Timeout.InfiniteTimeSpan);

    private CreateResult Create(PendingEntry newcomer, PendingSessionLimits limits, long now)
    {
        if (_table.Find(newcomer.Id, now) is not null) throw new InvalidOperationException("There is a pending session with this id already.");

        var room = _table.RoomFor(newcomer, limits, now);
        if (room is { IsFull: true, Oldest: null }) return new CreateResult.TooManyForSubject(room.RetryAfter);

        var leaves = room.IsFull ? room.Oldest : null;
        var staying = _table.Count - (leaves is null ? 0 : 1);
        if (staying >= limits.Total && staying - _table.Sweep(now, staying - limits.Total + 1) >= limits.Total) return new CreateResult.Full();

        if (leaves is not null) _table.Remove(leaves);
        _table.Add(newcomer);
        return new CreateResult.Created();
    }

    private PendingEntry? Find(string id, long now) => PendingId.TryParse(id, out var parsed) ? _table.Find(parsed, now) : null;

    private PendingEntry? FindAtRest(string id, long version) =>
        Find(id, SweepSome()) is { IsCompleted: false, IsAnswering: false } entry && entry.Version == version ? entry : null;

    private PendingEntry? FindAnswering(string id, long version) =>
        Find(id, SweepSome()) is { IsCompleted: false, IsAnswering: true } entry && entry.Version == version ? entry : null;

    /// <summary>Sweeps more than one verb can add: the store doesn't grow even if the timer lags.</summary>
    /// <returns>The time of the store's own clock.</returns>
    private long SweepSome()
    {
        var now = _clock.Read();
        _table.Sweep(now, SweptByVerb);
        return now;
    }

    /// <summary>
    /// Sweeps one batch and comes back for the next. A loop that takes the lock again at once would keep it from the verbs for the whole sweep:
    /// the lock is not fair.
    /// </summary>
    private void SweepBatch()
    {
        bool more;
        lock (_lock) more = _table.Sweep(_clock.Read(), SweptAtOnce) == SweptAtOnce;
        _timer.Change(more ? BatchPause : SweepPeriod, Timeout.InfiniteTimeSpan);
    }
}
