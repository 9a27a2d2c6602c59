using MfaMiddleware.TestKit.Fido;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using MfaMiddleware.Tests.Threats.Support;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>Asking for a weaker method than the rule allows.</summary>
public sealed class DowngradingMethodsTests
{
    [Fact]
    public async Task B090_UserWhoseRuleWantsAKey_GetsNothingWeakerHoweverItIsAskedFor()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            FidoHost.Use(o);
            o.Settings["Policy:Rules:0:Role"] = "Admin";
            o.Settings["Policy:Rules:0:Mode"] = "Always";
            o.Settings["Policy:Rules:0:MinimumStrength"] = "PhishingResistant";
        });
        using var client = host.Client();
        using var key = new SoftAuthenticator();
        await FidoHost.EnrollAsync(client, key, "admin");
        await SmsRecorder.EnrollAsync(host, "admin", "+49 151 23456742");
        var device = await host.EnrollTotpAsync("admin");
        await IsKeyAloneAsync(await client.LoginAsync("admin"));
        await ForgeMethodAsync(client, device);

        // The key fails five times: that is the end of the session, and not the beginning of an easier one.
        var token = (await client.LoginAsync("admin")).Token;
        for (var left = 4; left >= 0; left--)
        {
            var failed = await FidoHost.AnswerAsync(client, token, key.Get(await FidoHost.OptionsAsync(client, token), d => d.Flags = 0));
            Assert.Equal(401, failed.Status);
            if (left > 0) await IsKeyAloneAsync(await client.GetAsync("/mfa/session", ("X-MFA-Token", failed.Token!)));
            token = failed.Token ?? token;
        }

        Oracles.IsInvalidToken(await client.AnswerAsync(token, "000000", "sms"));
        await IsKeyAloneAsync(await client.LoginAsync("admin"));

        Assert.Empty(SmsRecorder.Of(host).Sent);
        var done = await FidoHost.SignInAsync(client, key, "admin");
        Assert.Equal("urn:mfa:3", (string)(await client.MeAsync(done.CookieHeader))!["acr"]![0]!);

        // Where no rule says so, the same user's number is as good as ever: it was the rule that refused.
        using var other = new SoftAuthenticator();
        await FidoHost.EnrollAsync(client, other, "alice");
        await SmsRecorder.EnrollAsync(host, "alice", "+49 151 23456743");
        var weaker = await SmsRecorder.SignInToCodeAsync(client, "alice");
        Assert.Equal(200, (await client.AnswerAsync(weaker, SmsRecorder.Of(host).LastCode)).Status);

        async Task IsKeyAloneAsync(Reply state)
        {
            Assert.Equal("fido", string.Join(' ', state.Json["methods"]!.AsArray().Select(m => (string)m!["method"]!)));
            // Nothing of the number that is not offered.
            Assert.All(state.Json["methods"]!.AsArray(), m => Assert.Null(m!["hint"]));
            await AskForMessageAsync(client, state.Token);
        }
    }

    /// <summary>Answers with a code that is right, by a method that the rule leaves out: each is a wrong answer, and the last ends the session.</summary>
    private static async Task ForgeMethodAsync(MfaClient client, TotpDevice device)
    {
        var (token, code) = ((await client.LoginAsync("admin")).Token, device.Code());
        object[] forged =
        [
            new { code },
            new { code, method = "totp" },
            new { code, factor_id = device.FactorId },
            new { code, method = "fido", factor_id = device.FactorId },
            new { code, method = "sms", factor_id = "sms-admin" },
        ];
        foreach (var (i, body) in forged.Index())
        {
            var reply = await client.PostAsync("/mfa", body, ("X-MFA-Token", token!));
            Assert.Equal((i, 401, i < 4 ? "invalid_code" : "too_many_attempts"), (i, reply.Status, reply.Error));
            await Oracles.NobodyIsSignedInAsync(client, reply);
            token = reply.Token;
        }
    }

    /// <summary>For the message itself, with each spelling of the method and of the factor, and for a new number.</summary>
    private static async Task AskForMessageAsync(MfaClient client, string? token)
    {
        Reply[] refused =
        [
            await SmsRecorder.SendAsync(client, token),
            await client.PostAsync("/mfa/challenge", new { mfa_token = token, method = "sms", factor_id = "sms-admin" }),
            await client.PostAsync("/mfa/challenge", new { mfa_token = token, method = "fido", factor_id = "sms-admin" }),
            await client.PostAsync("/mfa/challenge", new { mfa_token = token, method = "SMS" }),
            await client.PostAsync("/mfa/enroll", new { mfa_token = token, method = "sms", phone = "+49 151 23456799" }),
        ];
        Assert.All(refused, reply => Assert.InRange(reply.Status, 400, 403));
        await Oracles.NobodyIsSignedInAsync(client, refused);
    }
}
