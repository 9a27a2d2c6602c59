using Xunit;
using Xunit.Abstractions;

namespace MfaMiddleware.Redis.Tests.Faults;

/// <summary>The server is killed under the sign-ins of 200 users, whom two nodes serve, and comes back empty.</summary>
[Collection("One after the other: each takes all that the machine has")]
public sealed class KilledServerTests(ITestOutputHelper output)
{
    private const int Users = 200;

    [Fact]
    public async Task C06_KilledServer_LetsNobodyInWhoShouldNotBe_AndIsUsedAgainOnceItIsBack()
    {
        await using var server = await RedisServer.StartAsync();
        await using var nodes = await TwoNodes.StartForManyAsync(server.Address, Users);
        var guesses = await Guesses.StartAsync(nodes);
        var device = await nodes.Left.EnrollTotpAsync("early");
        var early = (await nodes.ToLeft.LoginAsync("early")).Token;
        Assert.Equal(10, await guesses.GuessAsync(nodes.ToLeft));
        nodes.IsHasty = true;
        await using var signIns = await SignIns.StartAsync(nodes, Users);
        await signIns.UntilAsync(() => signIns.Flows > Users);

        await signIns.UntilAsync(() => signIns.InFlight >= Users);
        await server.KillAsync();
        await signIns.UntilAsync(() => signIns.Unavailable > Users);
        await RedisHosts.AssertUnavailableAsync(nodes.ToRight, "early");
        Assert.Equal(0, await guesses.GuessAsync(nodes.ToRight));
        Assert.Equal(503, (await nodes.ToRight.AnswerAsync(early, device.Code())).Status);
        await server.RunAsync();

        await signIns.AssertRecoversAsync();
        output.WriteLine($"{signIns}");
        nodes.IsHasty = false;
        var gone = await nodes.ToRight.AnswerAsync(early, device.Code());
        Assert.Equal((401, "invalid_token"), (gone.Status, gone.Error));
        await signIns.AssertNothingWrongAsync();
        // It was no wrong code, and cost nothing.
        Assert.Equal(200, (await nodes.ToRight.AnswerAsync((await nodes.ToLeft.LoginAsync("early")).Token, device.Code())).Status);
        await guesses.AssertAllAreCountedAsync(nodes.ToRight);
    }
}
