using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Xunit;

namespace MfaMiddleware.Tests.Faults;

public sealed class UnsharedMemoryTests
{
    [Fact]
    public async Task C04_TwoNodesWithPendingSignInsInMemory_AreWarnedOfAtStartKnowNoTokenOfEachOtherAndCountFailuresTogether()
    {
        await using var database = new SharedDatabase();
        await using var one = await database.StartNodeAsync(o => o.Environment = "Production");
        await using var two = await database.StartNodeAsync(o => o.Environment = "Production");
        using var here = one.Client();
        using var there = two.Client();
        var alice = await one.EnrollTotpAsync("alice");

        foreach (var node in (TestHost[])[one, two])
            Assert.Single(node.Logs.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("in the memory of this process", StringComparison.Ordinal));

        // As any token that is unknown; and it stays good where it is from.
        var token = (await here.LoginAsync("alice")).Token;
        Oracles.IsInvalidToken(await there.AnswerAsync(token, alice.Code()));
        Oracles.IsInvalidToken(await there.AnswerAsync(token, alice.WrongCode()));

        for (var failures = 1; failures <= 5; failures++)
        {
            var (client, other) = failures % 2 == 0 ? (there, here) : (here, there);
            Assert.Equal("4", (await client.AnswerAsync((await client.LoginAsync("alice")).Token, alice.WrongCode()))["attempts_remaining"]);
            if (failures == 5) Assert.Equal(429, (await other.AnswerAsync((await other.LoginAsync("alice")).Token, alice.Code())).Status);
        }

        Assert.Equal(429, (await here.AnswerAsync(token, alice.Code())).Status);
        database.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await here.AnswerAsync(token, alice.Code())).Status);
    }
}
