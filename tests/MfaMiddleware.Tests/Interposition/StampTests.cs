using System.Security.Claims;
using System.Text.Json.Nodes;
using MfaMiddleware.Interposition;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Interposition;

public sealed class StampTests
{
    [Fact]
    public async Task Refresh_OfASessionWithItsProperties_PassesAndKeepsTheTimes()
    {
        await using var host = await Seam.StartAsync(RefreshAsync);
        using var client = host.Client();
        var (cookies, before) = await SignInAsync(host, client);

        host.Clock.Advance(TimeSpan.FromHours(13));
        var refreshed = await client.GoAsync(("Cookie", cookies));
        var after = await client.MeAsync(refreshed.CookieHeader);

        Assert.Equal(before["auth_time"]!.ToJsonString(), after!["auth_time"]!.ToJsonString());
        Assert.Equal(["pwd", "otp", "mfa"], Values(after, "amr"));
    }

    [Fact]
    public async Task StampOfAnotherSubject_IsNone()
    {
        await using var host = await Seam.StartAsync(async context =>
        {
            var session = await context.AuthenticateAsync();
            await context.SignInAsync(TestHost.PrincipalOf("bob"), session.Properties);
        });
        using var client = host.Client();
        var (cookies, _) = await SignInAsync(host, client);

        Seam.IsChallenge(await client.GoAsync(("Cookie", cookies)));
    }

    [Fact]
    public async Task StampOfAnotherScheme_IsNone()
    {
        await using var host = await Seam.StartAsync(
            async context =>
            {
                var session = await context.AuthenticateAsync("Weak");
                await context.SignInAsync("Cookies", session.Succeeded ? session.Principal : TestHost.PrincipalOf("alice"), session.Properties);
            },
            o =>
            {
                o.ServicesAfter = s => s.AddAuthentication().AddCookie("Weak");
                o.Settings["Policy:Rules:0:Scheme"] = "Weak";
                o.Settings["Policy:Rules:0:Mode"] = "Never";
                o.Endpoints += app => app.MapPost("/weak", (HttpContext context) => Seam.SignInAsync(context, scheme: "Weak"));
            });
        using var client = host.Client();

        var weak = await client.PostAsync("/weak", new { });

        Assert.NotEmpty(weak.SetCookies);
        Seam.IsChallenge(await client.GoAsync(("Cookie", weak.CookieHeader)));
    }

    [Fact]
    public async Task StampClaimThatDoesNotVerify_IsIgnoredAndAuditedAndSeenByNobody()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Principal = user => WithClaims(user, (StampCodec.ClaimType, "forged"));
            o.Endpoints = app =>
            {
                // A session that the gate never saw, as one from before adoption.
                app.MapPost("/old", (HttpContext context) => InnerAuthentication.Of(context).SignInAsync(context, "Cookies", o.Principal("alice"), null));
            };
        });
        using var client = host.Client();

        var old = await client.PostAsync("/old", new { });
        var me = await client.MeAsync(old.CookieHeader);
        var login = await client.PostAsync("/login", new { user = "alice" }, ("Cookie", old.CookieHeader));

        Assert.False(me!.ContainsKey(StampCodec.ClaimType));
        Assert.Equal("1", login["type"]);
        Assert.True(host.Events.Count(MfaMiddleware.Telemetry.MfaEventNames.BypassAttempted, "alice") > 0);
    }

    [Fact]
    public async Task ClaimsOfASecondFactor_FromElsewhere_AreRemoved()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Settings["Policy:Mode"] = "Never";
            o.Principal = user => WithClaims(
                user,
                ("amr", "mfa"), ("AMR", "otp"), ("http://schemas.microsoft.com/claims/authnmethodsreferences", "mfa"), ("amr", "[\"pwd\",\"mfa\"]"),
                ("acr", "gold"), ("Acr", "gold"), ("http://schemas.microsoft.com/claims/authnclassreference", "gold"),
                ("auth_time", "99999999999"), ("http://schemas.microsoft.com/ws/2008/06/identity/claims/authenticationinstant", "2999-01-01"));
        });
        using var client = host.Client();

        var me = (await client.MeAsync((await client.LoginAsync("alice")).CookieHeader))!;

        Assert.Equal(["sub", "name", "email", "amr", "auth_time", "acr"], me.Select(c => c.Key));
        Assert.Equal(["pwd"], Values(me, "amr"));
        Assert.Equal(["urn:mfa:1"], Values(me, "acr"));
        Assert.Equal([$"{host.Clock.GetUtcNow().ToUnixTimeSeconds()}"], Values(me, "auth_time"));
    }

    [Fact]
    public async Task RebuiltPrincipal_KeepsTheClaimsOfTheProof()
    {
        await using var host = await TestHost.StartAsync(o => o.ServicesAfter = s => s.Configure<CookieAuthenticationOptions>("Cookies", c =>
            c.Events.OnValidatePrincipal = context =>
            {
                context.ReplacePrincipal(new ClaimsPrincipal(new ClaimsIdentity([new("sub", "alice"), new("amr", "rebuilt")], "again")));
                context.ShouldRenew = true;
                return Task.CompletedTask;
            }));
        using var client = host.Client();
        var (cookies, first) = await SignInAsync(host, client);

        var renewed = await client.GetAsync("/me", ("Cookie", cookies));
        var second = await client.MeAsync(renewed.CookieHeader);

        Assert.Equal(["pwd", "otp", "mfa"], Values(second!, "amr"));
        Assert.Equal(first["auth_time"]!.ToJsonString(), second!["auth_time"]!.ToJsonString());
        Assert.Equal(["urn:mfa:2"], Values(second, "acr"));
    }

    [Theory]
    [InlineData("Keep", 200)]
    [InlineData("End", 401)]
    public async Task SessionFromBeforeAdoption_LivesOnOrEnds(string mode, int status)
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Settings["ExistingSessions"] = mode;
            o.ServicesAfter = s => s.Configure<CookieAuthenticationOptions>("Cookies", c => c.Events.OnRedirectToLogin = context =>
            {
                context.Response.StatusCode = 401;
                return Task.CompletedTask;
            });
            o.Endpoints = app => app.MapPost("/old", (HttpContext context) =>
                InnerAuthentication.Of(context).SignInAsync(context, "Cookies", TestHost.PrincipalOf("alice"), null));
        });
        using var client = host.Client();

        var old = await client.PostAsync("/old", new { });

        Assert.Equal(status, (await client.GetAsync("/me", ("Cookie", old.CookieHeader))).Status);
    }

    [Fact]
    public async Task SessionFromBeforeAdoption_IsNoProofForANewSignIn()
    {
        await using var host = await TestHost.StartAsync(o => o.Endpoints = app => app.MapPost("/old", (HttpContext context) =>
            InnerAuthentication.Of(context).SignInAsync(context, "Cookies", WithClaims("alice", ("amr", "mfa")), null)));
        using var client = host.Client();

        var old = await client.PostAsync("/old", new { });

        Seam.IsChallenge(await client.PostAsync("/login", new { user = "alice" }, ("Cookie", old.CookieHeader)));
    }

    [Fact]
    public async Task Bypass_IsAuditedAndForOneSignInOnly()
    {
        await using var host = await Seam.StartAsync(
            context => Seam.SignInAsync(context, properties: new AuthenticationProperties().BypassMfa("the night watch")),
            o => o.Endpoints += app => app.MapPost("/again", async (HttpContext context) =>
            {
                var session = await context.AuthenticateAsync();
                session.Properties!.Items.Remove(StampCodec.PropertyName);
                await context.SignInAsync(session.Principal!, session.Properties);
            }));
        using var client = host.Client();

        var first = await client.GoAsync();
        var again = await client.PostAsync("/again", new { }, ("Cookie", first.CookieHeader));

        Assert.Equal(["pwd"], Values((await client.MeAsync(first.CookieHeader))!, "amr"));
        Assert.Contains(host.Events.All, e => e.Name == MfaMiddleware.Telemetry.MfaEventNames.SignInBypassed && e.Reasons.Contains("the night watch"));
        Assert.Equal("1", again["type"]);
    }

    [Fact]
    public async Task BearerToken_ShowsItsStampToNobody()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var done = await host.AnswerAsync(client, await client.PostAsync("/token", new { user = "alice" }), device);
        var me = await client.GetAsync("/me", ("Authorization", $"Bearer {done["accessToken"]}"));

        Assert.Equal(["pwd", "otp", "mfa"], Values(me.Json, "amr"));
        Assert.DoesNotContain("stamp", me.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("stamp", done.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Cookies")]
    [InlineData("BearerToken")]
    public async Task PrincipalOfTheHost_StaysAsItIs(string scheme)
    {
        ClaimsPrincipal? principal = null;
        var properties = new AuthenticationProperties();
        await using var host = await Seam.StartAsync(
            context =>
            {
                principal = WithClaims("alice", ("amr", "mfa"));
                return context.SignInAsync(scheme, principal, properties);
            },
            o => o.Settings["Policy:Mode"] = "Never");
        using var client = host.Client();

        await client.GoAsync();

        Assert.Equal(["pwd", "mfa"], principal!.FindAll("amr").Select(c => c.Value));
        Assert.Null(principal.FindFirst(StampCodec.ClaimType));
        Assert.Empty(properties.Items);
    }

    public static async Task<(string Cookies, JsonObject Me)> SignInAsync(TestHost host, MfaClient client)
    {
        var device = await host.EnrollTotpAsync("alice");
        var done = await host.AnswerAsync(client, await client.LoginAsync("alice"), device);
        return (done.CookieHeader, (await client.MeAsync(done.CookieHeader))!);
    }

    private static async Task RefreshAsync(HttpContext context)
    {
        var session = await context.AuthenticateAsync();
        await context.SignInAsync(TestHost.PrincipalOf("alice"), session.Properties);
    }

    private static ClaimsPrincipal WithClaims(string user, params (string Type, string Value)[] claims)
    {
        var principal = TestHost.PrincipalOf(user);
        ((ClaimsIdentity)principal.Identity!).AddClaims(claims.Select(c => new Claim(c.Type, c.Value)));
        return principal;
    }

    private static IEnumerable<string> Values(JsonObject me, string type) => me[type]!.AsArray().Select(v => (string)v!);
}
