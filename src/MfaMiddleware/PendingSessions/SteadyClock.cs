namespace MfaMiddleware.PendingSessions;

/// <summary>
/// The time of a store in memory, in ticks of its own: it runs by the timestamps of <see cref="TimeProvider"/>, so that a clock of the host that is set
/// forward ends no session early, and one that is set back lets none live longer. Not safe for several threads: the store holds its lock.
/// </summary>
internal sealed class SteadyClock(TimeProvider time)
{
    /// <summary>More than two readings right after each other differ by, and nothing to the life of a session.</summary>
    private const long Tolerance = TimeSpan.TicksPerMillisecond * 50;

    private readonly long _start = time.GetTimestamp();
    private long _lead = time.GetUtcNow().UtcTicks;

    /// <summary>The time since the store was made.</summary>
    public long Read()
    {
        var now = time.GetElapsedTime(_start).Ticks;
        var lead = time.GetUtcNow().UtcTicks - now;
        // Kept while the clock is only read a little later than the timestamp: what was converted here comes back as it was.
        if (Math.Abs(lead - _lead) > Tolerance) _lead = lead;
        return now;
    }

    /// <summary>A moment of the host's clock, as it is set at the last reading.</summary>
    public long FromUtc(DateTimeOffset utc) => utc.UtcTicks - _lead;

    /// <summary>When that is by the host's clock, as it is set at the last reading.</summary>
    public DateTimeOffset ToUtc(long own) => new(Math.Clamp(own + _lead, 0, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);
}
