using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Telemetry;
using MfaMiddleware.Tests.Threats.Support;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

public sealed class ReplayingCodesTests
{
    [Fact]
    public async Task B013_UsedCode_IsRefusedOnANewTokenInTheSameStepAndInTheNext()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var code = device.Code();
        Assert.Equal(200, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, code)).Status);

        var sameStep = await client.AnswerAsync((await client.LoginAsync("alice")).Token, code);
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        var nextStep = await client.AnswerAsync((await client.LoginAsync("alice")).Token, code);

        Assert.Equal((401, "invalid_code"), (sameStep.Status, sameStep.Error));
        Assert.Equal((401, "invalid_code"), (nextStep.Status, nextStep.Error));
        Assert.Equal(2, host.Events.Count(MfaEventNames.OtpReplayed, "alice"));
        await Oracles.NobodyIsSignedInAsync(client, sameStep, nextStep);
    }

    [Fact]
    public async Task B018_AnswerSentAgainAfterALostResponse_IsInvalidAndMakesNoSecondSession()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token;
        var code = device.Code();
        Assert.Equal(200, (await client.AnswerAsync(token, code)).Status);

        var again = await client.AnswerAsync(token, code);

        Oracles.IsInvalidToken(again);
        await Oracles.NobodyIsSignedInAsync(client, again);
        Assert.Equal(1, host.Events.Count(MfaEventNames.SignInCompleted));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    public async Task B023_Window_AcceptsExactlyTheConfiguredStepsUpToTheirEdges(int past, int future)
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Settings["Methods:Totp:Window:Past"] = $"{past}";
            o.Settings["Methods:Totp:Window:Future"] = $"{future}";
        });
        using var client = host.Client();
        var start = host.Clock.GetUtcNow();
        foreach (var offset in new[] { TimeSpan.Zero, TimeSpan.FromMilliseconds(29_999) })
        {
            for (var steps = -3; steps <= 3; steps++)
            {
                host.Clock.Set(start + offset);
                var user = $"u{offset.TotalMilliseconds}_{steps}";
                var device = await host.EnrollTotpAsync(user);
                var challenge = await client.LoginAsync(user);
                var reply = await client.AnswerAsync(challenge.Token, device.CodeAt(start, steps));
                Assert.Equal(steps >= -past && steps <= future ? 200 : 401, reply.Status);
            }
        }
    }

    [Theory]
    [InlineData(-10)]
    [InlineData(10)]
    public async Task B026_TimeGivenByTheClient_IsIgnored(int minutes)
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var then = host.Clock.GetUtcNow() + TimeSpan.FromMinutes(minutes);
        (string, string)[] headers = [("Date", then.ToString("R")), ("X-Client-Time", then.ToString("O")), ("X-Timestamp", $"{then.ToUnixTimeSeconds()}")];
        Task<Reply> AnswerAsync(string? token, string code) => client.PostAsync(
            $"/mfa?timestamp={then.ToUnixTimeSeconds()}",
            new { mfa_token = token, code, timestamp = then.ToUnixTimeSeconds(), time = then, date = then, client_time = then, now = then },
            headers);

        var old = await AnswerAsync((await client.LoginAsync("alice")).Token, device.CodeAt(then));
        var present = await AnswerAsync(old.Token, device.Code());

        Assert.Equal((401, "invalid_code"), (old.Status, old.Error));
        await Oracles.NobodyIsSignedInAsync(client, old);
        Assert.Equal(200, present.Status);
    }

    [Fact]
    public async Task B125_TwoDevicesOfOneUser_BothWorkInOneStepAndNeverForEachOther()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var one = await host.EnrollTotpAsync("alice");
        var two = await host.EnrollTotpAsync("alice");

        var first = await client.PostAsync("/mfa", new { mfa_token = (await client.LoginAsync("alice")).Token, code = one.Code(), factor_id = one.FactorId });
        var foreign = await client.PostAsync("/mfa", new { mfa_token = (await client.LoginAsync("alice")).Token, code = two.Code(), factor_id = one.FactorId });
        var second = await client.PostAsync("/mfa", new { mfa_token = (await client.LoginAsync("alice")).Token, code = two.Code(), factor_id = two.FactorId });

        Assert.Equal((200, 401, 200), (first.Status, foreign.Status, second.Status));

        // Failures of both are summed: five in all, and the account waits.
        var token = (await client.LoginAsync("alice")).Token;
        for (var i = 0; i < 5; i++)
        {
            var device = i % 2 == 0 ? one : two;
            token = (await client.PostAsync("/mfa", new { mfa_token = token, code = device.WrongCode(), factor_id = device.FactorId })).Token;
        }

        host.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(429, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, two.Code())).Status);
    }

    [Fact]
    public async Task B057_RecoveryCode_WorksOnceInAnySpellingAndTheOwnerIsTold()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        var code = alice.RecoveryCodes[0];

        var first = await client.AnswerAsync((await client.LoginAsync("alice")).Token, code);
        var refused = new List<Reply>();
        foreach (var spelling in new[] { code, code.ToLowerInvariant(), code.Replace("-", "", StringComparison.Ordinal), code.Replace('-', ' ') })
        {
            refused.Add(await client.AnswerAsync((await client.LoginAsync("alice")).Token, spelling));
        }

        Assert.Equal(200, first.Status);
        Assert.All(refused, reply => Assert.Equal((401, "invalid_code"), (reply.Status, reply.Error)));
        Assert.Equal(1, host.Events.Count(MfaEventNames.RecoveryCodeUsed, "alice"));

        // Another spelling of another code is as good as the printed one, and is told of again.
        var other = await client.AnswerAsync((await client.LoginAsync("alice")).Token, alice.RecoveryCodes[1].ToLowerInvariant().Replace("-", "", StringComparison.Ordinal));
        Assert.Equal(200, other.Status);
        Assert.Equal(2, host.Events.Count(MfaEventNames.RecoveryCodeUsed, "alice"));
    }
}
