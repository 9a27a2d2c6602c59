using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Redis.Connection;

/// <summary>
/// Says what is wrong with Redis, and when all is well again: once each, and not with each of a thousand sign-ins, of which some may still succeed while one server
/// of several is gone.
/// </summary>
internal sealed partial class TroubleLog(ILogger logger)
{
    private const long CalmMilliseconds = 3000;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private long _lastFault;
    private volatile bool _isThere;

    /// <summary>Whether something failed that is not known to be over.</summary>
    public bool IsThere => _isThere;

    public void Failed(RedisFault fault)
    {
        lock (_lock)
        {
            _isThere = true;
            _lastFault = ServerClock.Now;
            if (!_said.Add(fault.Word)) return;
        }

        if (fault.Kind == FaultKind.Misconfigured) Log.Misconfigured(logger, fault.Word);
        else Log.Unavailable(logger, fault.Word);
    }

    public void Succeeded()
    {
        if (!_isThere) return;
        lock (_lock)
        {
            if (!_isThere || ServerClock.Now - _lastFault < CalmMilliseconds) return;
            _isThere = false;
            _said.Clear();
        }

        Log.Recovered(logger);
    }

    private static partial class Log
    {
        [LoggerMessage(4001, LogLevel.Error, "Redis is not available ({Fault}): users who need MFA get a 503.")]
        public static partial void Unavailable(ILogger logger, string fault);

        [LoggerMessage(4002, LogLevel.Error, "Redis refuses the calls of MFA ({Fault}), and will until its settings, its memory or the password in Mfa:Redis are put right: users who need MFA get a 503.")]
        public static partial void Misconfigured(ILogger logger, string fault);

        [LoggerMessage(4003, LogLevel.Information, "Redis is available again.")]
        public static partial void Recovered(ILogger logger);
    }
}
