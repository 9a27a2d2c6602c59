namespace MfaMiddleware.TestKit.Servers;

/// <summary>A primary, two replicas, and three sentinels that watch them.</summary>
public sealed class RedisSentinelGroup : IAsyncDisposable
{
    private const int ReplicaCount = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly List<RedisServer> _servers = [];
    private readonly List<RedisServer> _sentinels = [];

    private RedisSentinelGroup(RedisServer primary) => _servers.Add(primary);

    public RedisServer Primary => _servers[0];

    public IReadOnlyList<RedisServer> Replicas => _servers[1..];

    public IReadOnlyList<RedisServer> Sentinels => _sentinels;

    /// <summary>As StackExchange.Redis and we read it.</summary>
    public string Configuration => ConfigurationOf(_sentinels.Select(s => s.Port));

    public static string ConfigurationOf(IEnumerable<int> sentinels) => string.Join(',', sentinels.Select(port => $"127.0.0.1:{port}")) + ",serviceName=primary";

    public static async Task<RedisSentinelGroup> StartAsync()
    {
        var primary = await RedisServer.StartAsync();
        return await StartAsync(primary, primary.Port, []);
    }

    /// <summary>With a password for the data servers and another for the sentinels.</summary>
    public static async Task<RedisSentinelGroup> StartAsync(string ofData, string ofSentinels)
    {
        string[] data = ["--requirepass", ofData, "--masterauth", ofData];
        var primary = await RedisServer.StartAsync(data);
        return await StartAsync(primary, primary.Port, data, ["--requirepass", ofSentinels], ofData);
    }

    /// <param name="primary">It runs already.</param>
    /// <param name="port">Where replicas and sentinels look for the primary.</param>
    /// <param name="others">More of their command lines.</param>
    public static Task<RedisSentinelGroup> StartAsync(RedisServer primary, int port, string[] others) => StartAsync(primary, port, others, others, password: null);

    /// <summary>Waits until one of the replicas is the primary.</summary>
    public async Task<RedisServer> PromotedAsync()
    {
        for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < Patience;)
        {
            foreach (var replica in Replicas)
                if (await RedisServer.SaysAsync(replica, ["INFO", "replication"], "role:master")) return replica;

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        throw new InvalidOperationException("No replica was promoted.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _sentinels.Concat(_servers)) await server.DisposeAsync();
    }

    private static async Task<RedisSentinelGroup> StartAsync(RedisServer primary, int port, string[] ofReplicas, string[] ofSentinels, string? password)
    {
        var group = new RedisSentinelGroup(primary);
        try
        {
            for (var i = 0; i < ReplicaCount; i++)
                group._servers.Add(await RedisServer.StartAsync(["--replicaof", "127.0.0.1", $"{port}", "--repl-diskless-sync-delay", "0", .. ofReplicas]));

            foreach (var replica in group.Replicas) await RedisServer.UntilAsync(replica, "replication", "master_link_status:up");
            for (var i = 0; i < 3; i++) group._sentinels.Add(await RedisServer.StartSentinelAsync(port, password, ofSentinels));
            foreach (var sentinel in group._sentinels) await RedisServer.UntilAsync(sentinel, "sentinel", $"slaves={ReplicaCount},sentinels=3");
            return group;
        }
        catch
        {
            await group.DisposeAsync();
            throw;
        }
    }
}
