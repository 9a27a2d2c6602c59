using System.Globalization;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Server;

/// <summary>A Cluster of three masters and a replica of each. A test that hurts it leaves it whole; who is a master may be others then.</summary>
public sealed class RedisCluster : IAsyncLifetime
{
    private static readonly string[] Settings = ["--cluster-enabled", "yes", "--cluster-node-timeout", "1500", "--repl-diskless-sync-delay", "0", "--cluster-replica-validity-factor", "0"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal IReadOnlyList<RedisServer> Servers { get; private set; } = [];

    internal string Configuration => string.Join(',', Servers.Select(s => s.Address));

    public async Task InitializeAsync()
    {
        Servers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => StartAsync()));
        string[] ranges = ["0 5460", "5461 10922", "10923 16383"];
        for (var i = 0; i < 3; i++) await Servers[i].CommandAsync(["CLUSTER", "ADDSLOTSRANGE", .. ranges[i].Split(' ')]);
        for (var i = 1; i < 6; i++) await Servers[0].CommandAsync("CLUSTER", "MEET", "127.0.0.1", $"{Servers[i].Port}", Servers[i].Setting("--cluster-port"));
        foreach (var server in Servers) await RedisServer.UntilAsync(server, null, "cluster_known_nodes:6");
        for (var i = 0; i < 3; i++)
        {
            var id = await IdAsync(Servers[i]);
            // It may not have heard of that node yet.
            while (!(await Servers[i + 3].CommandAsync("CLUSTER", "REPLICATE", id)).StartsWith("+OK", StringComparison.Ordinal)) await Task.Yield();
        }

        await UntilWholeAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var server in Servers) await server.DisposeAsync();
    }

    /// <summary>Waits until three masters have a replica each, and all nodes say that all is well.</summary>
    internal async Task UntilWholeAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await IsWholeAsync())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, "The Cluster never was whole.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>The masters, each with its replica.</summary>
    internal async Task<IReadOnlyList<(RedisServer Master, RedisServer Replica)>> PairsAsync()
    {
        var pairs = new List<(RedisServer, RedisServer)>();
        foreach (var replica in Servers)
        {
            if (await replica.FieldAsync("replication", "master_port") is { } port) pairs.Add((Servers.Single(s => s.Port.ToString(CultureInfo.InvariantCulture) == port), replica));
        }

        return pairs;
    }

    internal static async Task<string> IdAsync(RedisServer server) => (await server.CommandAsync("CLUSTER", "MYID")).Split("\r\n")[1];

    /// <summary>How often the nodes that run have answered with an error of this name.</summary>
    internal async Task<int> ErrorsAsync(string name)
    {
        var count = 0;
        foreach (var server in Servers)
        {
            if (await server.FieldAsync("errorstats", "errorstat_" + name) is { } field) count += int.Parse(field.Split('=')[1], CultureInfo.InvariantCulture);
        }

        return count;
    }

    private async Task<bool> IsWholeAsync()
    {
        foreach (var server in Servers)
        {
            if (!(await server.CommandAsync("CLUSTER", "INFO")).Contains("cluster_state:ok", StringComparison.Ordinal)) return false;
            var replication = await server.CommandAsync("INFO", "replication");
            if (!replication.Contains("connected_slaves:1", StringComparison.Ordinal) && !replication.Contains("master_link_status:up", StringComparison.Ordinal)) return false;
        }

        return (await PairsAsync()).Select(p => p.Master).Distinct().Count() == 3;
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
}
