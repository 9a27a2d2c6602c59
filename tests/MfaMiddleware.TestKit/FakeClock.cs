namespace MfaMiddleware.TestKit;

/// <summary>A clock that moves only when a test moves it, and fires the timers that fall due on the way.</summary>
/// <param name="start">The first moment; 2030-01-01 12:00 UTC if none is given.</param>
public sealed class FakeClock(DateTimeOffset? start = null) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<FakeTimer> _timers = [];
    private DateTimeOffset _utcNow = (start ?? new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero)).ToUniversalTime();
    private long _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return _utcNow;
    }

    /// <summary>Rises by <see cref="Advance"/> and never goes back, as a real one.</summary>
    public override long GetTimestamp()
    {
        lock (_lock) return _elapsed;
    }

    /// <summary>Moves forward, and runs each timer at its own moment, in the order they fall due.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        long end;
        lock (_lock) end = _elapsed + by.Ticks;
        while (NextDue(end) is { } timer) timer.Fire();
        lock (_lock) MoveTo(Math.Max(end, _elapsed));
    }

    /// <summary>Sets the wall clock. Forward is <see cref="Advance"/>; back is a clock that was put right: no timer runs, no timestamp goes back.</summary>
    public void Set(DateTimeOffset utcNow)
    {
        TimeSpan by;
        lock (_lock)
        {
            by = utcNow - _utcNow;
            if (by < TimeSpan.Zero) _utcNow = utcNow.ToUniversalTime();
        }

        if (by > TimeSpan.Zero) Advance(by);
    }

    /// <summary>Somebody sets the wall clock, forward or back: no time passes, so no timer runs and the timestamp stays.</summary>
    public void Jump(TimeSpan by)
    {
        lock (_lock) _utcNow += by;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Takes the next timer that is due by then and moves the clock to its moment.</summary>
    private FakeTimer? NextDue(long end)
    {
        lock (_lock)
        {
            var timer = _timers.Where(t => t.Due <= end).MinBy(t => t.Due);
            if (timer is null) return null;
            MoveTo(Math.Max(timer.Due, _elapsed));
            if (timer.Period > 0) timer.Due += timer.Period;
            else _timers.Remove(timer);
            return timer;
        }
    }

    private void MoveTo(long elapsed)
    {
        _utcNow += TimeSpan.FromTicks(elapsed - _elapsed);
        _elapsed = elapsed;
    }

    private bool Schedule(FakeTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
            if (timer.IsDisposed) return false;
            if (dueTime == Timeout.InfiniteTimeSpan) return true;
            timer.Due = _elapsed + dueTime.Ticks;
            timer.Period = Math.Max(0, period.Ticks);
            if (dueTime > TimeSpan.Zero) _timers.Add(timer);
            else if (timer.Period > 0) { timer.Due += timer.Period; _timers.Add(timer); }
        }

        // Due at once: a real timer wouldn't wait for the clock to move either.
        if (dueTime <= TimeSpan.Zero) timer.Fire();
        return true;
    }

    private sealed class FakeTimer(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        public long Due { get; set; }

        public long Period { get; set; }

        public bool IsDisposed { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => clock.Schedule(this, dueTime, period);

        public void Dispose()
        {
            IsDisposed = true;
            clock.Schedule(this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
