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

    /// <summary>How long the bytes of a round trip are under way: between machines of one room up to neighbouring cities.</summary>
    private static readonly TimeSpan[] Lines = [TimeSpan.FromMicroseconds(100), TimeSpan.FromMicroseconds(200), TimeSpan.FromMicroseconds(500), TimeSpan.FromMilliseconds(1)];

    /// <summary>Runs it.</summary>
    /// <param name="counts">How many sessions are pending in each step, rising; the usual four where empty.</param>
    public static async Task RunAsync(string[] counts)
    {
        await using var server = await RedisServer.StartAsync();
        await OverAsync(server.Address, flows => RedisTimes.PrintAsync("loopback", flows, 200, [1, 32]));
        foreach (var roundTrip in Lines)
        {
            using var line = new SlowLine(server.Port, roundTrip / 2);
            await OverAsync(line.Address, flows => RedisTimes.PrintAsync($"a line of {roundTrip.TotalMicroseconds:N0} µs", flows, 50, [1]));
        }

        var steps = counts.Length == 0 ? Usual : [.. counts.Select(c => int.Parse(c, NumberStyles.AllowThousands, CultureInfo.InvariantCulture))];
        await OverAsync(server.Address, flows => RedisLoad.PrintAsync(flows, server, steps));
    }

    private static async Task OverAsync(string address, Func<RedisFlows, Task> measure)
    {
        using var host = await StartAsync(address);
        using var bare = await BareRedis.ConnectAsync(address);
        var least = new LeastScripts(bare.Database);
        await least.LoadAsync();
        await measure(new RedisFlows(host.Services.GetRequiredService<IPendingSessionStore>(), bare, least));
        await host.StopAsync();
    }

    private static async Task<IHost> StartAsync(string address)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        new MfaBuilder(builder.Services).AddRedisPendingSessions(address);
        // A machine that does other things beside must not end the run.
        builder.Services.Configure<MfaMiddleware.Redis.MfaRedisOptions>(options => options.CallTimeout = TimeSpan.FromSeconds(20));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
