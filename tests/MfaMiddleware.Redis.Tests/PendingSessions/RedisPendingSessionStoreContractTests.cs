using MfaMiddleware.PendingSessions;
using MfaMiddleware.Redis.Tests.Server;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.PendingSessions;
using Xunit;

namespace MfaMiddleware.Redis.Tests.PendingSessions;

/// <summary>The contract of pending sessions on a real server.</summary>
[Collection(RedisCollection.Name)]
public sealed class RedisPendingSessionStoreContractTests(SharedRedis redis) : PendingSessionStoreContract
{
    private RedisNode _node = null!;

    protected override async ValueTask<IPendingSessionStore> CreateStoreAsync(FakeClock clock)
    {
        _node = await RedisNode.StartAsync(redis.Server.Address, o => o.KeyPrefix = SharedRedis.NewPrefix(), clock);
        return _node.Sessions;
    }

    public override async Task DisposeAsync() => await _node.DisposeAsync();
}
