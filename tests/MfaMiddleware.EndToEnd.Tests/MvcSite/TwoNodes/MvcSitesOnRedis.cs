using MfaMiddleware.TestKit.Servers;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite.TwoNodes;

/// <summary>On a Redis that nothing happens to. A machine full of tests may need longer than the second of the default.</summary>
public sealed class MvcSitesOnRedis() : TwoMvcSites(("Mfa__Redis__CallTimeout", "00:00:30"))
{
    internal RedisServer Redis { get; private set; } = null!;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (Redis is not null)
            await Redis.DisposeAsync();
    }

    private protected override async Task<string> StartRedisAsync()
    {
        Redis = await RedisServer.StartAsync();
        return Redis.Address;
    }
}
