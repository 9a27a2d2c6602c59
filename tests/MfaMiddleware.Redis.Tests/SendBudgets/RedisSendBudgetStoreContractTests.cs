using MfaMiddleware.Methods.Sms;
using MfaMiddleware.Redis.Tests.Server;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.Methods;
using Xunit;

namespace MfaMiddleware.Redis.Tests.SendBudgets;

/// <summary>The contract of send budgets on a real server.</summary>
[Collection(RedisCollection.Name)]
public sealed class RedisSendBudgetStoreContractTests(SharedRedis redis) : SendBudgetStoreContract
{
    private RedisNode _node = null!;

    protected override async ValueTask<ISendBudgetStore> CreateStoreAsync(FakeClock clock)
    {
        _node = await RedisNode.StartAsync(redis.Server.Address, o => o.KeyPrefix = SharedRedis.NewPrefix(), clock);
        return _node.Budgets;
    }

    public override async Task DisposeAsync() => await _node.DisposeAsync();
}
