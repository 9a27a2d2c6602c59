using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Methods.Hotp;
using MfaMiddleware.Tests.Threats.Support;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>Codes of a token with a button: the counter goes forward, and never further than the window.</summary>
public sealed class ReplayingTokensTests
{
    [Theory]
    [InlineData(9)]
    [InlineData(8)]
    [InlineData(0)]
    public async Task B020_CodeFromBeforeTheCounter_IsRefused(long counter)
    {
        await using var host = await TestHost.StartAsync(HotpHost.Use);
        using var client = host.Client();
        var token = await HotpHost.EnrollAsync(client, host, "alice", counter: 9);

        var reply = await client.AnswerAsync((await client.LoginAsync("alice")).Token, token.CodeAt(counter));

        Assert.Equal((401, "invalid_code"), (reply.Status, reply.Error));
        await Oracles.NobodyIsSignedInAsync(client, reply);
        Assert.Equal(counter == 9 ? 1 : 0, host.Events.Count(MfaEventNames.OtpReplayed, "alice"));
    }

    [Fact]
    public async Task B021_CodesAhead_AreAcceptedWithinTheWindowAndNeverBehindIt()
    {
        await using var host = await TestHost.StartAsync(HotpHost.Use);
        using var client = host.Client();
        // Enrolled with the code of 9, so the next one is 10.
        var token = await HotpHost.EnrollAsync(client, host, "alice", counter: 9);
        async Task<int> SignInAsync(long counter) => (await client.AnswerAsync((await client.LoginAsync("alice")).Token, token.CodeAt(counter))).Status;

        Assert.Equal(200, await SignInAsync(15));
        foreach (var skipped in new long[] { 11, 12, 13, 14, 15 }) Assert.Equal(401, await SignInAsync(skipped));
        host.Clock.Advance(TimeSpan.FromHours(1));

        // The next is 16, and the window reaches ten beyond it: 26 is its edge, 27 is over it.
        Assert.Equal(401, await SignInAsync(27));
        host.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(200, await SignInAsync(26));
    }

    [Fact]
    public async Task CodeOfAToken_InParallel_SignsInOnce()
    {
        await using var host = await TestHost.StartAsync(HotpHost.Use);
        using var client = host.Client();
        var token = await HotpHost.EnrollAsync(client, host, "alice");
        var sessions = new List<string?>();
        for (var i = 0; i < 4; i++) sessions.Add((await client.LoginAsync("alice")).Token);
        var code = token.CodeAt(1);

        var replies = await Task.WhenAll(sessions.SelectMany(session => Enumerable.Repeat(session, 5)).Select(session => client.AnswerAsync(session, code)));

        Assert.Single(replies, reply => reply.Status == 200);
    }
}
