using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Verification;

/// <summary>
/// Notices that somebody set the clock of this host: codes by time go by it, and their users know no more than that a right code is refused. It is asked with each
/// answer, and says so once for each jump.
/// </summary>
internal sealed partial class ClockWatch
{
    /// <summary>What a clock is put right by without anybody's code being refused.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time;
    private readonly ILogger<ClockWatch> _logger;
    private readonly long _start;
    private long _lead;

    public ClockWatch(TimeProvider time, ILogger<ClockWatch> logger)
    {
        (_time, _logger, _start) = (time, logger, time.GetTimestamp());
        _lead = time.GetUtcNow().UtcTicks;
    }

    /// <summary>Compares the clock with the time that passed.</summary>
    public void Look()
    {
        var known = Volatile.Read(ref _lead);
        var lead = _time.GetUtcNow().UtcTicks - _time.GetElapsedTime(_start).Ticks;
        var jump = TimeSpan.FromTicks(lead - known);
        if (jump.Duration() < Tolerance || Interlocked.CompareExchange(ref _lead, lead, known) != known) return;
        Log.ClockWasSet(_logger, jump.ToString("c", CultureInfo.InvariantCulture));
    }

    private static partial class Log
    {
        [LoggerMessage(502, LogLevel.Warning, "The clock of this host was set by {Jump} (clock skew, or the host slept): codes of authenticator apps are refused until it tells the right time.")]
        public static partial void ClockWasSet(ILogger logger, string jump);
    }
}
