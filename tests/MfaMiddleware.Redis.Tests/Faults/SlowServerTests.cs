using MfaMiddleware.Redis.Connection;
using MfaMiddleware.Redis.Tests.Server;
using MfaMiddleware.TestKit.Faults;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Faults;

/// <summary>What is slow, or refuses, is there: another connection would be no better, and takes time that nobody has then.</summary>
public sealed class SlowServerTests
{
    /// <summary>Longer than it takes until a connection without any answer is made anew.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(5);

    [Fact]
    [Trait("Length", "Long")]
    public async Task ConnectionThatTakesLong_ComesAboutWhereTheConfigurationGivesItTheTime()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = new FaultProxy(server.Port);
        await using var node = await RedisNode.StartAsync($"127.0.0.1:{proxy.Port},connectTimeout=10000", o => o.CallTimeout = TimeSpan.FromSeconds(1));

        // As on a machine that has no time for it: longer than the patience with a connection that gives no answer.
        proxy.OpeningTime = TimeSpan.FromSeconds(6);
        await server.CommandAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        await ProbesAsync(node, isOk => !isOk, TimeSpan.FromSeconds(10));
        await ProbesAsync(node, isOk => isOk, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task ServerThatAnswersTooLate_IsNotConnectedToAnew()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = new FaultProxy(server.Port);
        await using var node = await RedisNode.StartAsync($"127.0.0.1:{proxy.Port}", o => o.CallTimeout = TimeSpan.FromMilliseconds(300));

        proxy.Lag = TimeSpan.FromMilliseconds(400);
        await AssertFailsOnOneConnectionAsync(node);
        proxy.Lag = TimeSpan.Zero;
        await ProbesAsync(node, isOk => isOk, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task ServerThatRefuses_IsNotConnectedToAnew()
    {
        await using var server = await RedisServer.StartAsync();
        await using var node = await RedisNode.StartAsync(server.Address);

        await server.CommandAsync("CONFIG", "SET", "maxmemory", "1");
        await AssertFailsOnOneConnectionAsync(node);
    }

    [Fact]
    public async Task ConnectionThatIsBeingMadeAtTheEnd_IsEndedToo()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = new FaultProxy(server.Port);
        await using var host = await RedisHosts.StartAsync($"127.0.0.1:{proxy.Port},connectTimeout=500");
        var connection = host.Services.GetRequiredService<RedisConnection>();
        var before = await connection.LinkAsync();

        proxy.Fault = ProxyFault.Silence;
        Assert.True(connection.Renew(before, atOnce: true));
        var made = connection.LinkAsync();
        connection.Dispose();
        Assert.False(made.IsCompleted);

        await made;
        var began = TimeProvider.System.GetTimestamp();
        while (proxy.Connections > 0) Assert.True(await PausedAsync(began) < TimeSpan.FromSeconds(20), "A connection is left.");
    }

    private static async Task AssertFailsOnOneConnectionAsync(RedisNode node)
    {
        var connection = node.Services.GetRequiredService<RedisConnection>();
        var before = await connection.LinkAsync();
        var began = TimeProvider.System.GetTimestamp();
        var failed = 0;
        while (await PausedAsync(began) < Long) failed += await IsProbedAsync(node) ? 0 : 1;

        Assert.InRange(failed, 4, int.MaxValue);
        Assert.Same(before, await connection.LinkAsync());
        Assert.DoesNotContain(node.Logs.Lines, l => l.Contains("[4004]", StringComparison.Ordinal));
    }

    private static async Task ProbesAsync(RedisNode node, Func<bool, bool> isEnough, TimeSpan patience)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!isEnough(await IsProbedAsync(node))) Assert.True(await PausedAsync(began) < patience, $"Not within {patience}.");
    }

    private static async Task<bool> IsProbedAsync(RedisNode node)
    {
        try
        {
            await node.Services.GetRequiredService<RedisCaller>().ProbeAsync(default);
            return true;
        }
        catch (RedisUnavailableException)
        {
            return false;
        }
    }

    private static async Task<TimeSpan> PausedAsync(long began)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        return TimeProvider.System.GetElapsedTime(began);
    }
}
