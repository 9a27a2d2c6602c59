namespace MfaMiddleware.Redis.Tests.Server;

/// <summary>Three sentinels, a primary and a replica.</summary>
internal sealed class SentinelGroup : IAsyncDisposable
{
    private readonly List<RedisServer> _servers = [];

    private SentinelGroup()
    {
    }

    public RedisServer Primary => _servers[0];

    public RedisServer Replica => _servers[1];

    public IEnumerable<RedisServer> Sentinels => _servers.Skip(2);

    public string Configuration => ConfigurationOf(Sentinels.Select(s => s.Port));

    public static string ConfigurationOf(IEnumerable<int> sentinels) => string.Join(',', sentinels.Select(port => $"127.0.0.1:{port}")) + ",serviceName=primary";

    public static async Task<SentinelGroup> StartAsync()
    {
        var primary = await RedisServer.StartAsync();
        return await StartAsync(primary, primary.Port, []);
    }

    /// <summary>With a password for the data servers and another for the sentinels.</summary>
    public static async Task<SentinelGroup> StartAsync(string ofData, string ofSentinels)
    {
        string[] data = ["--requirepass", ofData, "--masterauth", ofData];
        var primary = await RedisServer.StartAsync(data);
        return await FillAsync(primary, primary.Port, data, ["--requirepass", ofSentinels], ofData);
    }

    /// <param name="primary">It runs already.</param>
    /// <param name="port">Where replica and sentinels look for the primary.</param>
    /// <param name="others">More of their command lines.</param>
    public static Task<SentinelGroup> StartAsync(RedisServer primary, int port, string[] others) => FillAsync(primary, port, others, others, password: null);

    private static async Task<SentinelGroup> FillAsync(RedisServer primary, int port, string[] ofReplica, string[] ofSentinels, string? password)
    {
        var group = new SentinelGroup();
        group._servers.Add(primary);
        group._servers.Add(await RedisServer.StartAsync(["--replicaof", "127.0.0.1", $"{port}", "--repl-diskless-sync-delay", "0", .. ofReplica]));
        await RedisServer.UntilAsync(group.Replica, "replication", "master_link_status:up");
        for (var i = 0; i < 3; i++) group._servers.Add(await RedisServer.StartSentinelAsync(port, password, ofSentinels));
        foreach (var sentinel in group.Sentinels) await RedisServer.UntilAsync(sentinel, "sentinel", "slaves=1,sentinels=3");
        return group;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
    }
}
