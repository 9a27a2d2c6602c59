using MfaMiddleware.Redis.Tests.Server;
using Xunit;
using Xunit.Abstractions;

namespace MfaMiddleware.Redis.Tests.Topologies;

/// <summary>A Cluster of three masters and a replica of each.</summary>
[Collection("One after the other: each takes all that the machine has")]
public sealed class ClusterTests(ITestOutputHelper output)
{
    [Fact]
    public async Task MasterThatDies_IsReplacedByItsReplica_AndNothingPassesTwice()
    {
        await using var cluster = await RedisCluster.StartAsync(TimeSpan.FromSeconds(1.5));
        var servers = cluster.Servers;
        await using var left = await RedisNode.StartAsync(cluster.Configuration, o => o.CallTimeout = TimeSpan.FromSeconds(1));
        await using var right = await RedisNode.StartAsync(cluster.Configuration, o => o.CallTimeout = TimeSpan.FromSeconds(1));
        await using var traffic = new Traffic(left, right, 60);
        await traffic.UntilAsync(() => traffic.Flows > 300);
        // Users are spread over all of it.
        foreach (var master in servers.Take(3)) Assert.NotEqual(0, await master.ScriptCallsAsync());

        await servers[2].KillAsync();
        var failed = traffic.Failed;
        await traffic.UntilAsync(() => traffic.Failed > failed);
        await cluster.FailedOverAsync(2);
        failed = traffic.Failed;
        var recovery = await traffic.RecoveryAsync();
        output.WriteLine($"Recovered {recovery} after the promotion, {traffic.Failed - failed} failed meanwhile.");

        await servers[5].CommandAsync("CONFIG", "RESETSTAT");
        await traffic.RecoveryAsync();
        Assert.NotEqual(0, await servers[5].ScriptCallsAsync());
        await traffic.AssertNothingTwiceAsync();
        Assert.True(recovery < TimeSpan.FromSeconds(10), $"It took {recovery} to recover.");
    }
}
