using MfaMiddleware.TestKit.Fido;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using MfaMiddleware.Tests.Threats.Support;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

public sealed class UndercuttingStrengthTests
{
    [Fact]
    public async Task B090_RuleThatAsksForAKey_IsNotTalkedDownToATextMessage()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            FidoHost.Use(o);
            o.Settings["Policy:Rules:0:Path"] = "/login";
            o.Settings["Policy:Rules:0:MinimumStrength"] = "PhishingResistant";
        });
        using var client = host.Client();
        using var key = new SoftAuthenticator();
        using var foreign = new SoftAuthenticator { CredentialId = key.CredentialId };
        await FidoHost.EnrollAsync(client, key, "alice");
        var id = await SmsRecorder.EnrollAsync(host, "alice", "+49 151 23456742");
        var device = await host.EnrollTotpAsync("alice");

        var pending = await client.LoginAsync("alice");
        Assert.Equal(["fido"], pending.Json["methods"]!.AsArray().Select(m => (string)m!["method"]!));
        foreach (var body in new object[] { new { mfa_token = pending.Token, method = "sms" }, new { mfa_token = pending.Token, factor_id = id } })
        {
            Assert.Equal(400, (await client.PostAsync("/mfa/challenge", body)).Status);
        }

        var forged = await client.AnswerAsync(pending.Token, device.Code(), "totp");
        Assert.Equal((401, "4"), (forged.Status, forged["attempts_remaining"]));
        Assert.Equal(403, (await client.PostAsync("/mfa/enroll", new { mfa_token = forged.Token, method = "totp" })).Status);
        await Oracles.NobodyIsSignedInAsync(client, pending, forged);

        // The key "fails" until the session is over; the next one asks for the key again.
        var (token, last) = (forged.Token, forged);
        while (token is not null)
        {
            last = await FidoHost.AnswerAsync(client, token, foreign.Get(await FidoHost.OptionsAsync(client, token)));
            Assert.Equal(401, last.Status);
            Assert.True(last.Token is null || last.Json["methods"]!.AsArray().Count == 1);
            token = last.Token;
        }

        Assert.Equal("too_many_attempts", last.Error);
        Assert.Equal(["fido"], (await client.LoginAsync("alice")).Json["methods"]!.AsArray().Select(m => (string)m!["method"]!));
        Assert.Empty(SmsRecorder.Of(host).Sent);
        Assert.Equal(200, (await FidoHost.SignInAsync(client, key, "alice")).Status);
    }
}
