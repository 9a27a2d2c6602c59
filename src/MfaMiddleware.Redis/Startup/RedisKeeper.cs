using MfaMiddleware.Redis.Connection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace MfaMiddleware.Redis.Startup;

/// <summary>
/// Connects before the first user comes, says what is wrong with the server's settings once it can be asked, and asks again while calls fail, so that the
/// connection is whole again before the next user. A Redis that is down stops no start.
/// </summary>
internal sealed partial class RedisKeeper(
    RedisConnector connector, RedisConnection connection, RedisCaller caller, IOptions<MfaRedisOptions> options, ILogger<RedisKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PollPeriod = TimeSpan.FromSeconds(0.5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        connector.HasSentinels ? Task.WhenAll(KeepAsync(stoppingToken), FollowAsync(stoppingToken)) : KeepAsync(stoppingToken);

    private async Task KeepAsync(CancellationToken stoppingToken)
    {
        // The start goes on.
        await Task.Yield();
        using var timer = new PeriodicTimer(Period, TimeProvider.System);
        var isChecked = false;
        do
        {
            try
            {
                if (connection.Current?.SilentPlace is { } place) await ProbeAsync(place, stoppingToken).ConfigureAwait(false);
                else if (!isChecked || caller.IsInTrouble || connection.Current is not { IsFailing: false }) await caller.ProbeAsync(stoppingToken).ConfigureAwait(false);
                if (!isChecked) isChecked = await CheckAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (RedisUnavailableException e)
            {
                // It is in the log already; the next round asks again.
                _ = e;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    /// <summary>Asks the server that gave no answer: a probe of any place may come to another one of a Cluster.</summary>
    private async Task ProbeAsync(string place, CancellationToken cancellationToken) =>
        await caller.RunAsync(RedisScript.Probe, [$"{options.Value.KeyPrefix}:{{{place}}}:p"], [], cancellationToken).ConfigureAwait(false);

    /// <summary>Goes where the sentinels say the primary is.</summary>
    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(PollPeriod, TimeProvider.System);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                var primary = await connector.FindPrimaryAsync().ConfigureAwait(false);
                if (primary is null || connection.Current is not { Primary: { } present } link || present.Equals(primary)) continue;
                if (connection.Renew(link, atOnce: true)) Log.PrimaryChanged(logger);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // No sentinel can be reached: the present primary stays, and the next round asks again.
                Log.NoSentinel(logger, RedisFault.Of(e).Word);
            }
        }
    }

    private async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        if (connection.Current is not { } link) return false;
        try
        {
            // By a script: later clients take INFO for an administrator's command, and don't send it.
            var asked = link.Multiplexer.GetDatabase().ScriptEvaluateAsync("return redis.call('INFO', 'memory')", flags: CommandFlags.NoScriptCache);
            var info = await asked.WaitAsync(Period, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            if (EvictionPolicy.Find((string?)info ?? "") is { } policy) Log.MayEvict(logger, policy);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // A hosted server may keep it to itself.
            Log.NotChecked(logger, RedisFault.Of(e).Word);
        }

        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(4010, LogLevel.Warning, "Redis has a memory limit and the policy '{Policy}': it may throw out sign-ins that wait for their second factor and the counts of sent messages. Give MFA a Redis with maxmemory-policy noeviction.")]
        public static partial void MayEvict(ILogger logger, string policy);

        [LoggerMessage(4012, LogLevel.Information, "The sentinels name another primary of Redis; MFA goes there.")]
        public static partial void PrimaryChanged(ILogger logger);

        [LoggerMessage(4013, LogLevel.Debug, "No sentinel of Redis could be asked ({Fault}).")]
        public static partial void NoSentinel(ILogger logger, string fault);

        [LoggerMessage(4011, LogLevel.Information, "Redis doesn't say whether it evicts ({Fault}). MFA needs maxmemory-policy noeviction.")]
        public static partial void NotChecked(ILogger logger, string fault);
    }
}
