using MfaMiddleware.Redis.Tests.Server;
using Xunit;
using Xunit.Abstractions;

namespace MfaMiddleware.Redis.Tests.Topologies;

/// <summary>Three sentinels, a primary and a replica.</summary>
[Collection("One after the other: each takes all that the machine has")]
public sealed class SentinelTests(ITestOutputHelper output)
{
    [Fact]
    public async Task PrimaryThatDies_IsFollowedByTheOneThatTheSentinelsName_AndNotFollowedBack()
    {
        await using var primary = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{primary.Port}", "--repl-diskless-sync-delay", "0");
        await RedisServer.UntilAsync(replica, "replication", "master_link_status:up");
        await using var one = await RedisServer.StartSentinelAsync(primary.Port);
        await using var two = await RedisServer.StartSentinelAsync(primary.Port);
        await using var three = await RedisServer.StartSentinelAsync(primary.Port);
        foreach (var sentinel in new[] { one, two, three }) await RedisServer.UntilAsync(sentinel, "sentinel", "slaves=1,sentinels=3");
        var configuration = $"{one.Address},{two.Address},{three.Address},serviceName=primary";
        await using var left = await RedisNode.StartAsync(configuration, o => o.CallTimeout = TimeSpan.FromSeconds(1));
        await using var right = await RedisNode.StartAsync(configuration, o => o.CallTimeout = TimeSpan.FromSeconds(1));
        await using var traffic = new Traffic(left, right, 50);
        await traffic.UntilAsync(() => traffic.Flows > 200);

        await primary.KillAsync();
        var failed = traffic.Failed;
        await traffic.UntilAsync(() => traffic.Failed > failed);
        var recovery = await traffic.RecoveryAsync();
        output.WriteLine($"Recovered after {recovery}.");
        // It calls itself a primary until the sentinels have told it otherwise.
        await primary.RunAsync();
        await traffic.RecoveryAsync();

        await traffic.AssertNothingTwiceAsync();
        Assert.Equal(0, await primary.ScriptCallsAsync());
        Assert.True(recovery < TimeSpan.FromSeconds(10), $"It took {recovery} to recover.");
    }
}
