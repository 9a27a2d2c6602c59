using System.Security.Claims;
using System.Text.Encodings.Web;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Journeys;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

public sealed class OtherDoorsTests
{
    [Theory]
    [InlineData("Never", "Always")]
    [InlineData("Always", "Always")]
    public async Task B043_RefreshAfterAPolicyChange_NeverRaisesTheLevel(string before, string after)
    {
        await using var site = new IdentitySite();
        await using var host = await site.StartAsync(o =>
        {
            o.Settings["Policy:Mode"] = before;
            o.Settings["Policy:Enrollment:Mode"] = "Optional";
        });
        using var client = host.Client();
        var subject = await site.AddUserAsync(host, "alice@example.com");
        var tokens = await client.PostAsync("/identity/login", new { email = "alice@example.com", password = IdentitySite.Password });
        Assert.NotNull(tokens["refreshToken"]);

        var device = await host.EnrollTotpAsync(subject);
        var configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        configuration["Mfa:Policy:Mode"] = after;
        configuration.Reload();
        var refreshed = await client.PostAsync("/identity/refresh", new { refreshToken = tokens["refreshToken"] });

        if (refreshed["accessToken"] is { } access)
        {
            var me = (await client.GetAsync("/identity/me", ("Authorization", "Bearer " + access))).Json;
            Assert.Equal("urn:mfa:1", (string)me["acr"]![0]!);
            Assert.DoesNotContain("mfa", me["amr"]?.AsArray().Select(v => (string)v!) ?? []);
        }
        else
        {
            Assert.Equal("1", refreshed["type"]);
        }

        // A new sign-in is challenged, and its refresh token keeps what was proved.
        var challenge = await client.PostAsync("/identity/login", new { email = "alice@example.com", password = IdentitySite.Password });
        Assert.Equal("1", challenge["type"]);
        var proved = await client.AnswerAsync(challenge.Token, device.Code());
        var again = await client.PostAsync("/identity/refresh", new { refreshToken = proved["refreshToken"] });
        var kept = (await client.GetAsync("/identity/me", ("Authorization", "Bearer " + again["accessToken"]))).Json;
        Assert.Equal("urn:mfa:2", (string)kept["acr"]![0]!);
    }

    [Theory]
    [InlineData]
    [InlineData("pwd")]
    [InlineData("mfa")]
    [InlineData("mfa", "otp", "hwk")]
    public async Task B044_ExternalSignIn_IsChallengedWhateverItsAmrSays(params string[] amr)
    {
        await using var host = await TestHost.StartAsync(o => o.ServicesAfter = services => services.AddAuthentication().AddScheme<PartnerOptions, PartnerHandler>("Partner", p =>
            (p.SignInScheme, p.Principal) = (CookieAuthenticationDefaults.AuthenticationScheme, user => new ClaimsPrincipal(new ClaimsIdentity(
                [new Claim("sub", user), new Claim("idp", "https://idp.example"), new Claim("acr", "urn:mfa:3"), .. amr.Select(value => new Claim("amr", value))], "external")))));
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var reply = await client.GetAsync("/signin-partner?code=alice");

        Assert.Equal("1", reply["type"]);
        await Oracles.NobodyIsSignedInAsync(client, reply);
        var done = await client.AnswerAsync(reply.Token, device.Code());
        var me = await client.MeAsync(done.CookieHeader);
        Assert.Equal("urn:mfa:2", (string)Assert.Single(me!["acr"]!.AsArray())!);
        Assert.DoesNotContain("hwk", me["amr"]!.AsArray().Select(v => (string)v!));
    }

    [Theory]
    [InlineData("reset-password", "POST")]
    [InlineData("confirm-email", "GET")]
    [InlineData("accept-invitation", "POST")]
    [InlineData("magic-link", "GET")]
    [InlineData("device-code", "POST")]
    [InlineData("qr-login", "POST")]
    public async Task B045_SignInWithoutAPassword_EndsInAChallengeToo(string door, string method)
    {
        await using var site = new IdentitySite();
        await using var host = await site.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync(await site.AddUserAsync(host, "alice@example.com"));
        var link = await IdentityDoors.LinkAsync(host, door, "alice@example.com");
        Assert.Equal(400, (await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), link + "x"))).Status);

        var reply = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), link));

        Assert.Equal((200, "1"), (reply.Status, reply["type"]));
        Assert.Empty(reply.SetCookies);
        await Oracles.NobodyIsSignedInAsync(client, reply);
        var done = await client.AnswerAsync(reply.Token, device.Code());
        var me = await client.GetAsync("/identity/me", door == "device-code" ? ("Authorization", "Bearer " + done["accessToken"]) : ("Cookie", done.CookieHeader));
        Assert.Equal("urn:mfa:2", (string)me.Json["acr"]![0]!);
    }

    [Theory]
    [InlineData("/pat")]
    [InlineData("/dav/files")]
    [InlineData("/client-certificate")]
    public async Task B046_HandlersThatAuthenticateEachRequestThemselves_AreNamedAtTheStart(string path)
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.ServicesBefore = services => services.AddAuthentication()
                .AddScheme<AuthenticationSchemeOptions, PasswordEachTime>("Basic", null)
                .AddScheme<AuthenticationSchemeOptions, PasswordEachTime>("Certificate", null);
            o.Endpoints = app => app.MapGet(path, (ClaimsPrincipal user) => user.Identity!.Name)
                .RequireAuthorization(policy => policy.AddAuthenticationSchemes("Basic", "Certificate").RequireAuthenticatedUser());
        });
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");

        // Password only is enough there, which no gate in front of sign-ins can see: so the start says it, for each of them.
        Assert.Equal(200, (await client.GetAsync(path, ("Authorization", "Basic alice"))).Status);
        foreach (var scheme in new[] { "Basic", "Certificate" })
        {
            Assert.Single(host.Logs.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains($"Scheme {scheme} ", StringComparison.Ordinal) && line.Contains("each request", StringComparison.Ordinal));
        }

        Assert.Contains(host.Logs.Lines, line => line.Contains("Scheme Cookies is gated by MFA.", StringComparison.Ordinal));
        Assert.Contains(host.Logs.Lines, line => line.Contains("Scheme Identity.External is exempt", StringComparison.Ordinal) || !line.Contains("Identity.External", StringComparison.Ordinal));
    }

    private sealed class PasswordEachTime(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Request.Headers.Authorization.ToString() is "Basic alice"
            ? AuthenticateResult.Success(new AuthenticationTicket(TestHost.PrincipalOf("alice"), Scheme.Name))
            : AuthenticateResult.NoResult());
    }
}
