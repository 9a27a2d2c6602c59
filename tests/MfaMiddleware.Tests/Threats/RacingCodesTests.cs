using MfaMiddleware.Factors;
using MfaMiddleware.Methods.RecoveryCodes;
using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

public sealed class RacingCodesTests
{
    [Fact]
    public async Task B014_SameCodeOnTwoNodesAtOnce_SignsInOnceInEachOf100Rounds()
    {
        await using var database = new SharedDatabase();
        await using var one = await database.StartNodeAsync();
        await using var two = await database.StartNodeAsync();
        using var first = one.Client();
        using var second = two.Client();
        var device = await one.EnrollTotpAsync("alice");

        for (var round = 0; round < 100; round++)
        {
            var tokens = await Task.WhenAll(first.LoginAsync("alice"), second.LoginAsync("alice"));
            var code = device.Code();
            var replies = await Task.WhenAll(first.AnswerAsync(tokens[0].Token, code), second.AnswerAsync(tokens[1].Token, code));

            Assert.Single(replies, reply => reply.Status == 200);
            Assert.Single(replies, reply => (reply.Status, reply.Error) == (401, "invalid_code"));
            database.Clock.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(100, one.Events.Count(MfaEventNames.SignInCompleted) + two.Events.Count(MfaEventNames.SignInCompleted));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B015_RightCode50TimesAtOnce_SignsInOnce(bool overHttp2)
    {
        await using var host = await TestHost.StartAsync();
        using var client = overHttp2 ? MfaClient.OverHttp2(host.Http2Address) : host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token;
        var code = device.Code();

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.AnswerAsync(token, code)));

        Assert.Single(replies, reply => reply.Status == 200);
        Assert.All(replies.Where(reply => reply.Status != 200), Oracles.IsInvalidToken);
        Assert.Equal(1, host.Events.Count(MfaEventNames.SignInCompleted));
    }

    [Fact]
    public async Task RightCode_50TimesAtOnceOnFiveTokens_SignsInOnce()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var tokens = new List<string?>();
        for (var i = 0; i < 5; i++) tokens.Add((await client.LoginAsync("alice")).Token);
        var code = device.Code();

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => client.AnswerAsync(tokens[i % 5], code)));

        Assert.Single(replies, reply => reply.Status == 200);
        Assert.Equal(1, host.Events.Count(MfaEventNames.SignInCompleted));
    }

    [Fact]
    public async Task B058_OneRecoveryCodeOn30TokensAtOnce_SignsInOnce()
    {
        await using var database = new SharedDatabase();
        // A user may have 20 pending sign-ins on a node at most, so 30 take two nodes.
        Action<TestHostOptions> many = o => o.Settings["PendingSessions:MaxPerSubject"] = "20";
        await using var one = await database.StartNodeAsync(many);
        await using var two = await database.StartNodeAsync(many);
        using var first = one.Client();
        using var second = two.Client();
        var alice = await first.EnrollAsync(one, "alice");
        var tokens = new List<(MfaClient Client, string? Token)>();
        for (var i = 0; i < 15; i++)
        {
            tokens.Add((first, (await first.LoginAsync("alice")).Token));
            tokens.Add((second, (await second.LoginAsync("alice")).Token));
        }

        var replies = await Task.WhenAll(tokens.Select(t => t.Client.AnswerAsync(t.Token, alice.RecoveryCodes[0])));

        Assert.Equal(30, replies.Length);
        Assert.Single(replies, reply => reply.Status == 200);
        Assert.Equal(1, one.Events.Count(MfaEventNames.RecoveryCodeUsed) + two.Events.Count(MfaEventNames.RecoveryCodeUsed));
    }

    [Fact]
    public async Task B059_CodesReplacedWhileAnOldOneIsInFlight_LeaveExactlyTheNewSet()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        for (var round = 0; round < 20; round++)
        {
            var user = $"user{round}";
            var enrolled = await client.EnrollAsync(host, user);
            var token = (await client.LoginAsync(user)).Token;
            var subject = new MfaSubject("", user);
            var set = await host.Services.GetRequiredService<RecoveryCodeIssuer>().IssueAsync(subject, default);

            var answer = Task.Run(() => client.AnswerAsync(token, enrolled.RecoveryCodes[0]));
            var replace = Task.Run(async () => await host.Services.GetRequiredService<IMfaFactorStore>().TryReplaceCodesAsync(subject, set.Hashes, default, default));

            Assert.True(await replace);
            Assert.Contains((await answer).Status, new[] { 200, 401 });
            Assert.Equal(401, (await client.AnswerAsync((await client.LoginAsync(user)).Token, enrolled.RecoveryCodes[0])).Status);
            Assert.Equal(401, (await client.AnswerAsync((await client.LoginAsync(user)).Token, enrolled.RecoveryCodes[1])).Status);
            foreach (var code in set.Codes) Assert.Equal(200, (await client.AnswerAsync((await client.LoginAsync(user)).Token, code)).Status);
        }
    }
}
