using MfaMiddleware.TestKit.Servers;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite.TwoNodes;

/// <summary>
/// On a Redis Cluster, behind a load balancer. Users may have a browser remembered, and so be signed in without the proof that some pages ask for.
/// </summary>
public sealed class MvcSitesOnACluster() : TwoMvcSites(
    ("Mfa__Redis__CallTimeout", "00:00:05"), ("Mfa__TrustedDevices__Enabled", "true"), ("Mfa__Policy__AllowTrustedDevice", "true"))
{
    internal RedisCluster Cluster { get; private set; } = null!;

    internal RoundRobin Proxy { get; private set; } = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Proxy = await RoundRobin.StartAsync(Addresses);
    }

    public override async Task DisposeAsync()
    {
        if (Proxy is not null)
            await Proxy.DisposeAsync();
        await base.DisposeAsync();
        if (Cluster is not null)
            await Cluster.DisposeAsync();
    }

    private protected override async Task<string> StartRedisAsync()
    {
        Cluster = await RedisCluster.StartAsync(TimeSpan.FromSeconds(1.5));
        return Cluster.Configuration;
    }
}
