using System.Globalization;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Server;

/// <summary>A Cluster of three masters and a replica of each. A test that hurts it leaves it whole; who is a master may be others then.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private RedisCluster? _cluster;

    internal IReadOnlyList<RedisServer> Servers => _cluster!.Servers;

    internal string Configuration => string.Join(',', Servers.Select(s => s.Address));

    public async Task InitializeAsync()
    {
        _cluster = await RedisCluster.StartAsync(TimeSpan.FromSeconds(1.5));
        await UntilWholeAsync();
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
    }

    /// <summary>Waits until three masters have a replica each, all nodes say that all is well, and they agree on who became a master when.</summary>
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

        return (await PairsAsync()).Select(p => p.Master).Distinct().Count() == 3 && await IsAgreedAsync();
    }

    /// <summary>
    /// A replica that is told to take over votes for itself, with the epoch after the last that it knows of: where another node has that one too, the old master may
    /// keep its slots.
    /// </summary>
    private async Task<bool> IsAgreedAsync()
    {
        var epochs = new List<(string Current, string Own)>();
        foreach (var server in Servers) epochs.Add((await EpochAsync(server, "cluster_current_epoch:"), await EpochAsync(server, "cluster_my_epoch:")));
        // A replica's own epoch is its master's.
        return epochs.DistinctBy(e => e.Current).Count() == 1 && epochs.DistinctBy(e => e.Own).Count() == 3;
    }

    private static async Task<string> EpochAsync(RedisServer server, string field) => (await server.CommandAsync("CLUSTER", "INFO")).Split(field)[1].Split('\r')[0];
}
