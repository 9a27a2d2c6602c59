using System.Globalization;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.TestKit.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MfaMiddleware.Benchmarks.Redis;

/// <summary>
/// The store of pending sessions against a redis-server that it starts itself: the time of a whole flow beside that of three bare round trips, and throughput
/// and memory with more and more sessions pending.
/// </summary>
internal static class RedisBenchmark
{
    private static readonly int[] Usual = [1_000, 10_000, 100_000, 1_000_000];

    /// <summary>Runs it.</summary>
    /// <param name="counts">How many sessions are pending in each step, rising; the usual four where empty.</param>
    public static async Task RunAsync(string[] counts)
    {
        await using var server = await RedisServer.StartAsync();
        using var host = await StartAsync(server);
        using var bare = await BareRedis.ConnectAsync(server.Address);
        var flows = new RedisFlows(host.Services.GetRequiredService<IPendingSessionStore>(), bare);

        await RedisTimes.PrintAsync(flows);
        await RedisLoad.PrintAsync(flows, server, counts.Length == 0 ? Usual : [.. counts.Select(c => int.Parse(c, NumberStyles.AllowThousands, CultureInfo.InvariantCulture))]);
        await host.StopAsync();
    }

    private static async Task<IHost> StartAsync(RedisServer server)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        new MfaBuilder(builder.Services).AddRedisPendingSessions(server.Address);
        // A machine that does other things beside must not end the run.
        builder.Services.Configure<MfaMiddleware.Redis.MfaRedisOptions>(options => options.CallTimeout = TimeSpan.FromSeconds(20));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
