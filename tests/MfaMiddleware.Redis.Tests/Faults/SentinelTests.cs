using System.Net;
using MfaMiddleware.TestKit.Faults;
using Xunit;
using Xunit.Abstractions;

namespace MfaMiddleware.Redis.Tests.Faults;

/// <summary>The primary dies, or is cut off from the sentinels with half of the app.</summary>
[Collection("One after the other: each takes all that the machine has")]
public sealed class SentinelTests(ITestOutputHelper output)
{
    private const int Users = 50;

    [Fact]
    [Trait("Length", "Long")]
    public async Task C16_PrimaryThatDies_IsFollowedByTheOneThatTheSentinelsName_AndNotFollowedBack()
    {
        await using var group = await RedisSentinelGroup.StartAsync();
        await using var nodes = await TwoNodes.StartForManyAsync(group.Configuration, Users);
        var (guesses, device) = (await Guesses.StartAsync(nodes), await nodes.Left.EnrollTotpAsync("early"));
        Assert.Equal(10, await guesses.GuessAsync(nodes.ToLeft));
        var early = (await nodes.ToLeft.LoginAsync("early")).Token;
        nodes.IsHasty = true;
        await using var signIns = await SignIns.StartAsync(nodes, Users);
        await signIns.UntilAsync(() => signIns.Flows > 2 * Users);

        await group.Primary.KillAsync();
        await signIns.UntilAsync(() => signIns.Unavailable > Users);
        await group.PromotedAsync();
        await signIns.AssertRecoversAsync();
        output.WriteLine($"{signIns}");

        // It calls itself a primary until the sentinels have told it otherwise.
        await group.Primary.RunAsync();
        await RedisServer.UntilAsync(group.Primary, "replication", "role:slave");
        await signIns.AssertRecoversAsync();
        Assert.Equal(0, await group.Primary.ScriptCallsAsync());
        output.WriteLine($"{signIns}");
        await signIns.AssertNothingWrongAsync();
        nodes.IsHasty = false;
        Assert.All(new[] { nodes.Left, nodes.Right }, node => Assert.Contains(node.Logs.Lines, l => l.Contains("[4001]", StringComparison.Ordinal)));
        // What was copied before the failure lives on.
        Assert.Equal(200, (await nodes.ToRight.AnswerAsync(early, device.Code())).Status);
        await guesses.AssertAllAreCountedAsync(nodes.ToRight);
    }

    [Fact]
    [Trait("Length", "Long")]
    public async Task C16_SentinelsWhoseConnectionsWereDroppedWithoutAWord_AreConnectedAnew_BeforeThePrimaryDies()
    {
        await using var group = await RedisSentinelGroup.StartAsync();
        await using var first = new FaultProxy(group.Sentinels[0].Port);
        await using var second = new FaultProxy(group.Sentinels[1].Port);
        await using var host = await RedisHosts.StartAsync(RedisSentinelGroup.ConfigurationOf([first.Port, second.Port]));
        using var client = host.Client();
        await RedisHosts.AssertIsAskedAsync(client);

        // As a network does that forgets idle connections, or a machine that loses its power; new ones work.
        (first.Fault, second.Fault) = (ProxyFault.SilenceOfThePresent, ProxyFault.SilenceOfThePresent);
        await group.Primary.KillAsync();
        await group.PromotedAsync();
        await RedisHosts.AssertIsAskedAsync(client);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [Trait("Length", "Long")]
    public async Task C17_PrimaryThatIsCutOffWithHalfOfTheApp_TakesNoWritesThere_OrMakesNoCodeGoodTwice(int minReplicas)
    {
        // Sentinels and replica come from an address of their own: the line between the two sides is cut for them alone.
        string[] otherSide = ["--bind", "127.0.0.1", "127.0.0.3", "--bind-source-addr", "127.0.0.3", "--protected-mode", "no"];
        var primary = await RedisServer.StartAsync("--min-replicas-to-write", $"{minReplicas}", "--min-replicas-max-lag", "10");
        await using var line = new FaultProxy(primary.Port) { Side = IPAddress.Parse("127.0.0.3") };
        await using var group = await RedisSentinelGroup.StartAsync(primary, line.Port, otherSide);
        await using var toSentinels = new FaultProxy(group.Sentinels[0].Port);
        await using var nodes = await TwoNodes.StartAsync(RedisSentinelGroup.ConfigurationOf([toSentinels.Port]), group.Configuration);
        var codes = await SpentCodes.PrepareAsync(nodes);
        foreach (var replica in group.Replicas) await primary.UntilCopiedAsync(replica);

        (line.Fault, toSentinels.Fault) = (ProxyFault.Cut, ProxyFault.Cut);
        await group.PromotedAsync();
        // Nothing but its sentinels keeps the node on their side from the old primary.
        await RedisHosts.AssertLogsAsync(nodes.Right, "[4012]");
        await RedisHosts.AssertIsAskedAsync(nodes.ToRight);
        if (minReplicas > 0)
        {
            nodes.IsHasty = true;
            await RedisHosts.AssertUnavailableAsync(nodes.ToLeft, "totp");
            Assert.NotNull(await primary.FieldAsync("errorstats", "errorstat_NOREPLICAS"));
            await codes.AssertAreRefusedForNowAsync(nodes.ToLeft);
            nodes.IsHasty = false;
            await codes.SpendAsync(nodes.ToRight);
            await codes.AssertAreGoneAsync(nodes.ToRight);
        }
        else
        {
            await codes.SpendAsync(nodes.ToLeft);
            await codes.AssertStaySpentAsync(nodes.ToRight);
        }

        (line.Fault, toSentinels.Fault) = (ProxyFault.None, ProxyFault.None);
        // Where the old primary takes writes, only the sentinels can tell that it is the wrong one.
        if (minReplicas == 0) await RedisHosts.AssertLogsAsync(nodes.Left, "[4012]");
        await RedisHosts.AssertIsAskedAsync(nodes.ToLeft);
        await codes.AssertNewOnesPassAsync(nodes.ToLeft);
    }
}
