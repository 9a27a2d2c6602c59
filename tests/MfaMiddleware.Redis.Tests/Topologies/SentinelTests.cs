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
        await using var group = await SentinelGroup.StartAsync();
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
}
