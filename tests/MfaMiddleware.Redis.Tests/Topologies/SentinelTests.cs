using MfaMiddleware.Redis.Tests.Faults;
using MfaMiddleware.Redis.Tests.Server;
using Xunit;
using Xunit.Abstractions;

namespace MfaMiddleware.Redis.Tests.Topologies;

[Collection("One after the other: each takes all that the machine has")]
public sealed class SentinelTests(ITestOutputHelper output)
{
    [Fact]
    public async Task PrimaryThatDies_IsFollowedByTheOneThatTheSentinelsName_AndNotFollowedBack()
    {
        await using var group = await RedisSentinelGroup.StartAsync();
        await using var left = await RedisNode.StartAsync(group.Configuration, o => o.CallTimeout = TimeSpan.FromSeconds(1));
        await using var right = await RedisNode.StartAsync(group.Configuration, o => o.CallTimeout = TimeSpan.FromSeconds(1));
        await using var traffic = new Traffic(left, right, 50);
        await traffic.UntilAsync(() => traffic.Flows > 200);

        await group.Primary.KillAsync();
        var failed = traffic.Failed;
        await traffic.UntilAsync(() => traffic.Failed > failed);
        var recovery = await traffic.RecoveryAsync();
        output.WriteLine($"Recovered after {recovery}.");
        // It calls itself a primary until the sentinels have told it otherwise.
        await group.Primary.RunAsync();
        await traffic.RecoveryAsync();

        await traffic.AssertNothingTwiceAsync();
        Assert.Equal(0, await group.Primary.ScriptCallsAsync());
        Assert.True(recovery < TimeSpan.FromSeconds(10), $"It took {recovery} to recover.");
    }

    [Fact]
    public async Task SentinelsWithAPasswordOfTheirOwn_AreAskedWithIt_AndTheDataServersWithTheirs()
    {
        await using var group = await RedisSentinelGroup.StartAsync("data-Pass-7", "sentinel-Pass-7");
        await using var node = await RedisNode.StartAsync(group.Configuration + ",password=data-Pass-7", o => o.SentinelPassword = "sentinel-Pass-7");
        var session = await node.Sessions.StoredAsync();
        Assert.NotNull(await node.Sessions.FindAsync(session.Id, default));
        Assert.NotEqual(0, await group.Primary.ScriptCallsAsync());

        await using var other = await RedisHosts.StartAsync(group.Configuration + ",password=data-Pass-7", o => o.Settings["Redis:SentinelPassword"] = "data-Pass-7");
        using var client = other.Client();
        await RedisHosts.AssertUnavailableAsync(client, "alice");
        Assert.DoesNotContain(other.Logs.Lines, l => l.Contains("Pass-7", StringComparison.Ordinal));
    }
}
