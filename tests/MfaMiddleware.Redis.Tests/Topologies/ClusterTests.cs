using System.Globalization;
using MfaMiddleware.Redis.Tests.Server;
using Xunit;
using Xunit.Abstractions;

namespace MfaMiddleware.Redis.Tests.Topologies;

/// <summary>A Cluster of three masters and a replica of each.</summary>
[Collection("One after the other: each takes all that the machine has")]
public sealed class ClusterTests(ITestOutputHelper output)
{
    private static readonly string[] Settings = ["--cluster-enabled", "yes", "--cluster-node-timeout", "1500", "--repl-diskless-sync-delay", "0", "--cluster-replica-validity-factor", "0"];

    [Fact]
    public async Task MasterThatDies_IsReplacedByItsReplica_AndNothingPassesTwice()
    {
        var servers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => StartAsync()));
        try
        {
            await JoinAsync(servers);
            var configuration = $"{servers[0].Address},{servers[1].Address}";
            await using var left = await RedisNode.StartAsync(configuration, o => o.CallTimeout = TimeSpan.FromSeconds(1));
            await using var right = await RedisNode.StartAsync(configuration, o => o.CallTimeout = TimeSpan.FromSeconds(1));
            await using var traffic = new Traffic(left, right, 60);
            await traffic.UntilAsync(() => traffic.Flows > 300);
            // Users are spread over all of it.
            foreach (var master in servers[..3]) Assert.NotEqual(0, await master.ScriptCallsAsync());

            await servers[2].KillAsync();
            var failed = traffic.Failed;
            await traffic.UntilAsync(() => traffic.Failed > failed);
            await RedisServer.UntilAsync(servers[5], "replication", "role:master");
            await RedisServer.UntilAsync(servers[0], null, "cluster_state:ok");
            failed = traffic.Failed;
            var recovery = await traffic.RecoveryAsync();
            output.WriteLine($"Recovered {recovery} after the promotion, {traffic.Failed - failed} failed meanwhile.");

            await servers[5].CommandAsync("CONFIG", "RESETSTAT");
            await traffic.RecoveryAsync();
            Assert.NotEqual(0, await servers[5].ScriptCallsAsync());
            await traffic.AssertNothingTwiceAsync();
            Assert.True(recovery < TimeSpan.FromSeconds(10), $"It took {recovery} to recover.");
        }
        finally
        {
            foreach (var server in servers) await server.DisposeAsync();
        }
    }

    // Its nodes speak to each other on a second port, which must be below 65536.
    private static async Task<RedisServer> StartAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            var server = RedisServer.AtFreePort([.. Settings, "--cluster-port", RedisServer.FreePort().ToString(CultureInfo.InvariantCulture)]);
            try
            {
                await server.RunAsync();
                return server;
            }
            catch (InvalidOperationException) when (attempt < 5)
            {
                await server.DisposeAsync();
            }
        }
    }

    private static async Task JoinAsync(RedisServer[] servers)
    {
        string[] ranges = ["0 5460", "5461 10922", "10923 16383"];
        for (var i = 0; i < 3; i++) await servers[i].CommandAsync(["CLUSTER", "ADDSLOTSRANGE", .. ranges[i].Split(' ')]);
        for (var i = 1; i < 6; i++) await servers[0].CommandAsync("CLUSTER", "MEET", "127.0.0.1", $"{servers[i].Port}", servers[i].Setting("--cluster-port"));
        foreach (var server in servers) await RedisServer.UntilAsync(server, null, "cluster_known_nodes:6");
        for (var i = 0; i < 3; i++)
        {
            var id = (await servers[i].CommandAsync("CLUSTER", "MYID")).Split("\r\n")[1];
            // It may not have heard of that node yet.
            while (!(await servers[i + 3].CommandAsync("CLUSTER", "REPLICATE", id)).StartsWith("+OK", StringComparison.Ordinal)) await Task.Yield();
        }

        foreach (var server in servers) await RedisServer.UntilAsync(server, null, "cluster_state:ok");
        foreach (var server in servers[3..]) await RedisServer.UntilAsync(server, "replication", "master_link_status:up");
    }
}
