using System.Diagnostics;

namespace MfaMiddleware.Redis.Tests.Faults;

/// <summary>The longest time in which nobody got in.</summary>
internal sealed class Downtime
{
    private readonly Lock _lock = new();
    private long _last = Stopwatch.GetTimestamp();
    private TimeSpan _longest;

    /// <summary>Somebody got in.</summary>
    public void Passed()
    {
        lock (_lock)
        {
            if (Stopwatch.GetElapsedTime(_last) is var gap && gap > _longest) _longest = gap;
            _last = Stopwatch.GetTimestamp();
        }
    }

    public override string ToString()
    {
        lock (_lock) return $"{_longest.TotalSeconds:F2} s";
    }
}
