namespace MfaMiddleware.Redis.Connection;

/// <summary>
/// How far the server's clock is from the stopwatch of this process, learnt from each answer. Nothing else is asked of the server's clock than when a call is too
/// late; how long a session lives is the host's time.
/// </summary>
internal sealed class ServerClock
{
    private const long Unknown = long.MinValue;
    private const long QuickMilliseconds = 50;

    private long _ahead = Unknown;

    /// <summary>The stopwatch: it never jumps, and runs in tests with a clock of their own too.</summary>
    public static long Now => TimeProvider.System.GetTimestamp() / (TimeProvider.System.TimestampFrequency / 1000);

    /// <summary>A moment of the stopwatch, in the server's time.</summary>
    public long ToServer(long moment)
    {
        var ahead = Interlocked.Read(ref _ahead);
        // The server corrects a wrong guess: it answers that the call came too late, and when that was.
        return ahead == Unknown ? TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + moment - Now : moment + ahead;
    }

    /// <summary>Takes the server's time out of an answer.</summary>
    public void Learn(long serverTime, long sent, long received)
    {
        // As if the answer had taken no time to come: a call is too late rather early than late.
        var ahead = serverTime - received;
        if (received - sent <= QuickMilliseconds || ahead > Interlocked.Read(ref _ahead)) Interlocked.Exchange(ref _ahead, ahead);
    }
}
