using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace MfaMiddleware.Redis.Connection;

/// <summary>
/// Runs scripts in bounded time. A call that failed is made again only where it was certainly not executed, or where a second run of the same operation
/// changes nothing; and none does anything once its caller has given up.
/// </summary>
internal sealed partial class RedisCaller(RedisConnection connection, IOptions<MfaRedisOptions> options, ILogger<RedisCaller> logger)
{
    private const int FirstPause = 20;
    private const int LongestPause = 250;

    private readonly ServerClock _clock = new();
    private readonly TroubleLog _trouble = new(logger);

    /// <summary>Whether calls failed a moment ago.</summary>
    public bool IsInTrouble => _trouble.IsThere;

    /// <summary>Runs a script.</summary>
    /// <param name="script">The script.</param>
    /// <param name="keys">Every key that it touches, all in one hash slot.</param>
    /// <param name="arguments">What comes after the two that every script has.</param>
    /// <param name="cancellationToken">Ends the wait; the call may be executed all the same.</param>
    /// <returns>Its answer.</returns>
    /// <exception cref="RedisUnavailableException">There was none in time.</exception>
    public async Task<RedisReply> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        var operation = RandomNumberGenerator.GetBytes(8);
        var deadline = ServerClock.Now + (long)options.Value.CallTimeout.TotalMilliseconds;
        RedisFault? reason = null;
        var withText = false;
        for (var pause = FirstPause; ; pause = Math.Min(pause * 2, LongestPause))
        {
            var (reply, fault) = await TryAsync(script, withText, keys, arguments, operation, deadline, cancellationToken).ConfigureAwait(false);
            if (reply is { Status: not RedisScript.Late })
            {
                _trouble.Succeeded();
                return reply;
            }

            fault ??= RedisFault.TimedOut;
            // What the server said tells more than that the time was over in the end.
            if (fault.Kind != FaultKind.TimedOut) reason = fault;
            var left = deadline - ServerClock.Now;
            if (left <= pause || (reply is null && !IsWorthAnother(fault, script)))
            {
                _trouble.Failed(reason ?? fault);
                throw new RedisUnavailableException(reason ?? fault);
            }

            // A server that said "too late" has told its time with it, and one that lacks the script gets its text: at once.
            withText = fault.Kind == FaultKind.UnknownScript;
            if (reply is not null || withText) continue;
            // A socket's time is the real one, whatever clock the app has: see ServerClock.
            await Task.Delay(TimeSpan.FromMilliseconds(pause), TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks whether a sign-in would be stored, somewhere in a Cluster: a server that only answers is not enough.</summary>
    /// <exception cref="RedisUnavailableException">It would not.</exception>
    public Task ProbeAsync(CancellationToken cancellationToken)
    {
        var place = RandomNumberGenerator.GetInt32(1 << 14);
        return RunAsync(RedisScript.Probe, [$"{options.Value.KeyPrefix}:{{{place:x4}}}:p"], [], cancellationToken);
    }

    private static bool IsWorthAnother(RedisFault fault, RedisScript script) => fault.Kind switch
    {
        FaultKind.NotExecuted or FaultKind.UnknownScript or FaultKind.NotPrimary => true,
        FaultKind.Unknown => script.IsRepeatable,
        _ => false,
    };

    private async Task<(RedisReply? Reply, RedisFault? Fault)> TryAsync(
        RedisScript script, bool withText, RedisKey[] keys, RedisValue[] arguments, byte[] operation, long deadline, CancellationToken cancellationToken)
    {
        RedisLink? link = null;
        try
        {
            link = await connection.LinkAsync().WaitAsync(TimeSpan.FromMilliseconds(Math.Max(0, deadline - ServerClock.Now)), TimeProvider.System, cancellationToken).ConfigureAwait(false);
            var sent = ServerClock.Now;
            var result = await link.EvaluateAsync(script, withText, keys, [_clock.ToServer(deadline), operation, .. arguments], deadline, cancellationToken).ConfigureAwait(false);
            var reply = RedisReply.Of(result, operation);
            _clock.Learn(reply.ServerTime, sent, ServerClock.Now);
            link.Succeeded();
            return (reply, null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            var fault = (e as RedisUnavailableException)?.Fault ?? RedisFault.Of(e);
            if (link is not null) return (null, Learn(link, fault));
            // Without a link nothing was sent.
            return (null, fault.Kind == FaultKind.Unknown ? fault with { Kind = FaultKind.NotExecuted } : fault);
        }
    }

    private RedisFault Learn(RedisLink link, RedisFault fault)
    {
        if (fault.Kind == FaultKind.UnknownScript) return fault;
        if (fault.Kind == FaultKind.NotPrimary) link.Reconfigure();
        var known = link.Failed(fault);
        if (link.IsHopeless && connection.Renew(link)) Log.Renewed(logger);
        return known;
    }

    private static partial class Log
    {
        [LoggerMessage(4004, LogLevel.Warning, "The connection to Redis gave no answer for some time; it is made anew.")]
        public static partial void Renewed(ILogger logger);
    }
}
