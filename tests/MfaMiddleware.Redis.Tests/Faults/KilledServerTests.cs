using MfaMiddleware.Redis.Tests.Server;
using MfaMiddleware.Redis.Tests.Topologies;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Faults;

/// <summary>The server is killed under 200 sign-ins that two nodes have in flight, and comes back empty.</summary>
[Collection("One after the other: each takes all that the machine has")]
public sealed class KilledServerTests
{
    private const int InFlight = 200;

    [Fact]
    public async Task KilledServer_LetsNothingPassTwice_AndIsUsedAgainOnceItIsBack()
    {
        await using var server = await RedisServer.StartAsync();
        await using var left = await RedisNode.StartAsync(server.Address, o => o.CallTimeout = TimeSpan.FromSeconds(1));
        await using var right = await RedisNode.StartAsync(server.Address, o => o.CallTimeout = TimeSpan.FromSeconds(1));
        var session = await left.Sessions.StoredAsync("early");
        await using var traffic = new Traffic(left, right, InFlight);
        await traffic.UntilAsync(() => traffic.Flows > 500);

        await server.KillAsync();
        await traffic.UntilAsync(() => traffic.Failed > InFlight);
        await server.RunAsync();

        var recovery = await traffic.RecoveryAsync();
        await traffic.AssertNothingTwiceAsync();
        Assert.True(recovery < TimeSpan.FromSeconds(10), $"It took {recovery} to recover.");
        Assert.Null(await right.Sessions.FindAsync(session.Id, default));
    }
}
