using System.Security.Claims;
using MfaMiddleware.TestKit.Fido;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.TrustedDevices;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>A sign-in that was no second factor is to pass for one.</summary>
public sealed class ClaimingAssuranceTests
{
    [Fact]
    public async Task B099_TrustedBrowserAndAPasskeyAlone_AreASingleFactor()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            TrustingHost.Use(o);
            var principal = o.Principal;
            o.Principal = user => user == "keyed" ? PasskeyAlone() : principal(user);
            o.Settings["Policy:Rules:4:Role"] = "Keyed";
            o.Settings["Policy:Rules:4:Mode"] = "Never";
        });
        using var client = host.Client();
        var browser = (await client.TrustAsync(host, "alice", await host.EnrollTotpAsync("alice"))).DeviceCookie();

        await AssertSingleAsync(await client.LoginInAsync("alice", browser, door: TrustingHost.Trusting), """["pwd"]""");
        await AssertSingleAsync(await client.LoginInAsync("alice", browser), """["pwd"]""");
        // The app's own sign-in by a key that asked for no PIN; what it says of a second factor, of its worth and of a deadline is not the app's to say.
        await AssertSingleAsync(await client.LoginAsync("keyed"), null);

        async Task AssertSingleAsync(Reply reply, string? amr)
        {
            Assert.NotNull(reply["welcome"]);
            var me = (await client.MeAsync(reply.CookieHeader))!;
            Assert.Equal((amr, """["urn:mfa:1"]"""), (me["amr"]?.ToJsonString(), me["acr"]!.ToJsonString()));
            Assert.False(me.ContainsKey("mfa_enroll_by"));
            var transfer = await client.GetAsync("/transfer", ("Cookie", reply.CookieHeader), ("X-Requested-With", "XMLHttpRequest"));
            Assert.Equal((401, "insufficient_user_authentication"), (transfer.Status, transfer.Error));
        }
    }

    [Fact]
    public async Task B099_KeyWithoutUserVerification_IsNotEnoughWhereARuleAsksForIt()
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
        Assert.Equal(200, (await FidoHost.EnrollAsync(client, key, "alice")).Status);

        var refused = await FidoHost.SignInAsync(client, key, "alice", d => d.Flags &= unchecked((byte)~SoftDraft.UserVerified));
        var done = await FidoHost.AnswerAsync(client, refused.Token, key.Get(await FidoHost.OptionsAsync(client, refused.Token)));

        Assert.Equal((401, null), (refused.Status, await client.MeAsync(refused.CookieHeader)));
        Assert.Equal("""["urn:mfa:3"]""", (await client.MeAsync(done.CookieHeader))!["acr"]!.ToJsonString());
    }

    private static ClaimsPrincipal PasskeyAlone()
    {
        List<Claim> claims =
        [
            new("sub", "keyed"), new("name", "keyed"), new("role", "Keyed"), new("amr", "pop"), new("amr", "swk"), new("amr", "mfa"),
            new("acr", "urn:mfa:3"), new("mfa_enroll_by", "4102444800"), new("MFA_ENROLL_BY", "4102444800"),
        ];
        return new ClaimsPrincipal(new ClaimsIdentity(claims, "passkey", "name", "role"));
    }
}
