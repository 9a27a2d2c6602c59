namespace MfaMiddleware.TestKit.Servers;

/// <summary>A primary, its replicas, and three sentinels that watch them.</summary>
public sealed class RedisSentinelGroup : IAsyncDisposable
{
    private readonly List<RedisServer> _servers = [];
    private readonly List<RedisServer> _sentinels = [];

    private RedisSentinelGroup()
    {
    }

    public RedisServer Primary => _servers[0];

    public IReadOnlyList<RedisServer> Replicas => _servers[1..];

    public IReadOnlyList<RedisServer> Sentinels => _sentinels;

    /// <summary>As StackExchange.Redis and we read it.</summary>
    public string Configuration => string.Join(',', _sentinels.Select(s => s.Address)) + ",serviceName=primary";

    public static async Task<RedisSentinelGroup> StartAsync(int replicas)
    {
        var group = new RedisSentinelGroup();
        try
        {
            await group.StartServersAsync(replicas);
            return group;
        }
        catch
        {
            await group.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until one of the replicas is the primary.</summary>
    public async Task<RedisServer> PromotedAsync()
    {
        while (true)
        {
            foreach (var replica in Replicas)
                if ((await replica.CommandAsync("INFO", "replication")).Contains("role:master", StringComparison.Ordinal)) return replica;

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _sentinels.Concat(_servers)) await server.DisposeAsync();
    }

    private async Task StartServersAsync(int replicas)
    {
        _servers.Add(await RedisServer.StartAsync());
        for (var i = 0; i < replicas; i++)
            _servers.Add(await RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{Primary.Port}", "--repl-diskless-sync-delay", "0"));

        foreach (var replica in Replicas) await RedisServer.UntilAsync(replica, "replication", "master_link_status:up");
        for (var i = 0; i < 3; i++) _sentinels.Add(await RedisServer.StartSentinelAsync(Primary.Port));
        foreach (var sentinel in _sentinels) await RedisServer.UntilAsync(sentinel, "sentinel", $"slaves={replicas},sentinels=3");
    }
}
