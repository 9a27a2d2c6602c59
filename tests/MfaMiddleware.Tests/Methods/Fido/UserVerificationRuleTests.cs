using MfaMiddleware.TestKit.Fido;
using MfaMiddleware.TestKit.Hosting;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

/// <summary>A rule can ask for the key's PIN or biometric where the settings only prefer it.</summary>
public sealed class UserVerificationRuleTests
{
    [Fact]
    public async Task Rule_AsksForIt_AndTakesNeitherAKeyWithoutNorAProofWithout()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            FidoHost.Use(o);
            o.Settings["Policy:Rules:0:Path"] = "/login";
            o.Settings["Policy:Rules:0:MinimumStrength"] = "PhishingResistant";
            o.Settings["Policy:Rules:0:RequireUserVerification"] = "true";
        });
        using var client = host.Client();
        using var key = new SoftAuthenticator { VerifiesUser = true };

        var token = (await client.LoginAsync("alice")).Token;
        var started = await client.PostAsync("/mfa/enroll", new { mfa_token = token, method = "fido" });
        Assert.Equal("required", (string)started.Json["enrollment"]!["public_key"]!["authenticatorSelection"]!["userVerification"]!);
        Assert.Equal(200, (await FidoHost.EnrollOnAsync(client, token, key)).Status);

        var pending = (await client.LoginAsync("alice")).Token;
        var options = await FidoHost.OptionsAsync(client, pending);
        Assert.Equal("required", options.GetProperty("userVerification").GetString());
        var refused = await FidoHost.AnswerAsync(client, pending, key.Get(options, d => d.Flags &= unchecked((byte)~SoftDraft.UserVerified)));
        Assert.Equal(401, refused.Status);

        // Where no rule asks for it, a key without passes; its proof is none where the rule holds.
        var elsewhere = (await client.PostTextAsync("/form", "user=alice", "application/x-www-form-urlencoded")).Token;
        options = await FidoHost.OptionsAsync(client, elsewhere);
        Assert.Equal("preferred", options.GetProperty("userVerification").GetString());
        var signedIn = await FidoHost.AnswerAsync(client, elsewhere, key.Get(options, d => d.Flags &= unchecked((byte)~SoftDraft.UserVerified)));
        Assert.Equal(200, signedIn.Status);
        Assert.Equal("1", (await client.PostAsync("/login", new { user = "alice" }, ("Cookie", signedIn.CookieHeader)))["type"]);

        var done = await FidoHost.AnswerAsync(client, refused.Token, key.Get(await FidoHost.OptionsAsync(client, refused.Token)));
        Assert.Equal(200, done.Status);
        Assert.Equal("alice", (await client.PostAsync("/login", new { user = "alice" }, ("Cookie", done.CookieHeader)))["welcome"]);
    }
}
