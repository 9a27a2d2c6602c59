using System.Globalization;

namespace MfaMiddleware.TestKit.Servers;

/// <summary>A Redis Cluster of three masters and a replica of each: server <c>i + 3</c> copies server <c>i</c>.</summary>
public sealed class RedisCluster : IAsyncDisposable
{
    private const int Masters = 3;
    private static readonly string[] Ranges = ["0 5460", "5461 10922", "10923 16383"];

    private RedisCluster(RedisServer[] servers) => Servers = servers;

    public IReadOnlyList<RedisServer> Servers { get; }

    /// <summary>Two of its servers: the others are found by them.</summary>
    public string Configuration => $"{Servers[0].Address},{Servers[1].Address}";

    /// <summary>A Cluster that serves, with replicas that have caught up.</summary>
    /// <param name="nodeTimeout">After how long without a sign of life a master is taken for dead.</param>
    public static async Task<RedisCluster> StartAsync(TimeSpan nodeTimeout)
    {
        string[] settings =
        [
            "--cluster-enabled", "yes", "--cluster-node-timeout", nodeTimeout.TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
            "--repl-diskless-sync-delay", "0", "--cluster-replica-validity-factor", "0",
        ];
        var cluster = new RedisCluster(await Task.WhenAll(Enumerable.Range(0, 2 * Masters).Select(_ => StartServerAsync(settings))));
        try
        {
            await cluster.JoinAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Which of the masters has a key that matches.</summary>
    public async Task<int> MasterOfAsync(string pattern)
    {
        for (var i = 0; i < Masters; i++)
        {
            if (!(await Servers[i].CommandAsync("KEYS", pattern)).StartsWith("*0", StringComparison.Ordinal)) return i;
        }

        throw new InvalidOperationException($"No master has a key like '{pattern}'.");
    }

    /// <summary>Kills a master; its replica waits with taking over until it is told to, however slow the machine is.</summary>
    public async Task KillAsync(int master)
    {
        await Servers[master + Masters].CommandAsync("CONFIG", "SET", "cluster-replica-no-failover", "yes");
        await Servers[master].KillAsync();
    }

    /// <summary>Has the replica of a killed master take over.</summary>
    public async Task FailOverAsync(int master)
    {
        await Servers[master + Masters].CommandAsync("CONFIG", "SET", "cluster-replica-no-failover", "no");
        await FailedOverAsync(master);
    }

    /// <summary>Waits until a dead master's replica serves in its place, and the rest knows it.</summary>
    public async Task FailedOverAsync(int master)
    {
        await RedisServer.UntilAsync(Servers[master + Masters], "replication", "role:master");
        foreach (var server in Servers.Where((_, i) => i != master)) await RedisServer.UntilAsync(server, null, "cluster_state:ok");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Servers) await server.DisposeAsync();
    }

    // Its nodes speak to each other on a second port, which must be below 65536.
    private static Task<RedisServer> StartServerAsync(string[] settings) =>
        RedisServer.StartAsync(() => [.. settings, "--cluster-port", RedisServer.FreePort().ToString(CultureInfo.InvariantCulture)]);

    private async Task JoinAsync()
    {
        for (var i = 0; i < Masters; i++) await Servers[i].CommandAsync(["CLUSTER", "ADDSLOTSRANGE", .. Ranges[i].Split(' ')]);
        foreach (var server in Servers.Skip(1)) await Servers[0].CommandAsync("CLUSTER", "MEET", "127.0.0.1", $"{server.Port}", server.Setting("--cluster-port"));
        foreach (var server in Servers) await RedisServer.UntilAsync(server, null, "cluster_known_nodes:6");
        for (var i = 0; i < Masters; i++)
        {
            var id = (await Servers[i].CommandAsync("CLUSTER", "MYID")).Split("\r\n")[1];
            // It may not have heard of that node yet.
            while (!(await Servers[i + Masters].CommandAsync("CLUSTER", "REPLICATE", id)).StartsWith("+OK", StringComparison.Ordinal)) await Task.Yield();
        }

        foreach (var server in Servers) await RedisServer.UntilAsync(server, null, "cluster_state:ok");
        foreach (var server in Servers.Skip(Masters)) await RedisServer.UntilAsync(server, "replication", "master_link_status:up");
    }
}
