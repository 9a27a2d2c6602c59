using MfaMiddleware.PendingSessions;
using MfaMiddleware.Redis.Tests.Server;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.PendingSessions;
using Xunit;

namespace MfaMiddleware.Redis.Tests.PendingSessions;

/// <summary>The contract of pending sessions on real servers.</summary>
public abstract class RedisContract : PendingSessionStoreContract
{
    private RedisNode _node = null!;

    protected abstract string Configuration { get; }

    protected override async ValueTask<IPendingSessionStore> CreateStoreAsync(FakeClock clock)
    {
        _node = await RedisNode.StartAsync(Configuration, o => o.KeyPrefix = SharedRedis.NewPrefix(), clock);
        return _node.Sessions;
    }

    public override async Task DisposeAsync() => await _node.DisposeAsync();
}

[Collection(RedisCollection.Name)]
public sealed class SingleServerContractTests(SharedRedis redis) : RedisContract
{
    protected override string Configuration => redis.Server.Address;
}

/// <summary>Three sentinels, a primary and two replicas.</summary>
[Collection("One after the other: each takes all that the machine has")]
public sealed class SentinelContractTests(SharedSentinels sentinels) : RedisContract, IClassFixture<SharedSentinels>
{
    protected override string Configuration => sentinels.Group.Configuration;
}

/// <summary>Three masters, each with a replica.</summary>
[Collection("One after the other: each takes all that the machine has")]
public sealed class ClusterContractTests(SharedCluster cluster) : RedisContract, IClassFixture<SharedCluster>
{
    protected override string Configuration => cluster.Configuration;
}
