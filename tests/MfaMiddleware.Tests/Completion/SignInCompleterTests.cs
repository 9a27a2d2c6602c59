using System.Security.Claims;
using System.Text;
using MfaMiddleware.Tests.Interposition;
using MfaMiddleware.Tests.Threats.Support;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Completion;

public sealed class SignInCompleterTests
{
    public static TheoryData<string, string, string?, string> Bodies => new()
    {
        { "application/json", """{"welcome":"alice"}""", null, """{"welcome":"alice","type":0}""" },
        { "application/json; charset=utf-8", """{"type":"own","n":1.10}""", null, """{"type":"own","n":1.10}""" },
        { "application/json", """["an","array"]""", null, """{"type":0,"return_url":"/"}""" },
        { "application/json", """{"twice":1,"twice":2}""", null, """{"type":0,"return_url":"/"}""" },
        { "application/json", "no json", null, """{"type":0,"return_url":"/"}""" },
        { "application/json; charset=utf-16", """{"welcome":"alice"}""", null, """{"type":0,"return_url":"/"}""" },
        { "application/jsonx", """{"welcome":"alice"}""", null, """{"type":0,"return_url":"/"}""" },
        { "text/html", "<p>welcome</p>", null, """{"type":0,"return_url":"/"}""" },
        { "text/html", "", "/home?tab=1", """{"type":0,"return_url":"/home?tab=1"}""" },
        { "text/html", "", "https://elsewhere.example/", """{"type":0,"return_url":"/"}""" },
        { "text/html", "", "//elsewhere.example/", """{"type":0,"return_url":"/"}""" },
        { "application/json", "{\"pad\":\"" + new string('x', 8 * 1024) + "\"}", null, """{"type":0,"return_url":"/"}""" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task HeldReply_GoesOutAsTheContractSays(string contentType, string body, string? location, string expected)
    {
        await using var host = await Seam.StartAsync(async context =>
        {
            await Seam.SignInAsync(context);
            if (location is not null) context.Response.Redirect(location);
            context.Response.ContentType = contentType;
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body));
        });
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var done = await host.AnswerAsync(client, await client.GoAsync(), device);

        Assert.Equal((200, expected), (done.Status, done.Body));
        Assert.NotNull(await client.MeAsync(done.CookieHeader));
    }

    [Fact]
    public async Task HeldJson_GoesOutWithItsOwnStatus()
    {
        await using var host = await Seam.StartAsync(async context =>
        {
            await Seam.SignInAsync(context);
            context.Response.StatusCode = 201;
            await context.Response.WriteAsJsonAsync(new { id = 7 });
        });
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var done = await host.AnswerAsync(client, await client.GoAsync(), device);

        Assert.Equal((201, """{"id":7,"type":0}"""), (done.Status, done.Body));
    }

    [Theory]
    [InlineData("/cart?step=2", "/cart?step=2")]
    [InlineData("https://elsewhere.example", "/")]
    [InlineData("//elsewhere.example", "/")]
    [InlineData("/\\elsewhere.example", "/")]
    public async Task HostAtItsLoginPath_ThatWritesNoRedirect_IsReturnedFromAsTheCookieHandlerWould(string returnUrl, string expected)
    {
        await using var host = await TestHost.StartAsync(o => o.Endpoints = app => app.MapPost("/Account/Login", (HttpContext context) => Seam.SignInAsync(context)));
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var challenge = await client.PostAsync("/Account/Login?ReturnUrl=" + Uri.EscapeDataString(returnUrl), new { });
        var done = await host.AnswerAsync(client, challenge, device);

        Assert.Equal(expected, done["return_url"]);
    }

    [Fact]
    public async Task ReturnUrlOfTheQuery_ElsewhereThanAtTheLoginPath_IsNotFollowed()
    {
        await using var host = await Seam.StartAsync(context => Seam.SignInAsync(context));
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var done = await host.AnswerAsync(client, await client.PostAsync("/go?ReturnUrl=/cart", new { }), device);

        Assert.Equal("/", done["return_url"]);
    }

    [Fact]
    public async Task RedirectUriOfTheTicket_IsTheReturnUrl()
    {
        await using var host = await Seam.StartAsync(context => Seam.SignInAsync(context, properties: new AuthenticationProperties { RedirectUri = "/orders" }));
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        Assert.Equal("/orders", (await host.AnswerAsync(client, await client.GoAsync(), device))["return_url"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SignInsOfOneRequest_CompleteTogether(bool compressed)
    {
        await using var host = await Seam.StartAsync(
            async context =>
            {
                await Seam.SignInAsync(context, scheme: "Cookies");
                await Seam.SignInAsync(context, scheme: "Second");
                await Seam.SignInAsync(context, scheme: "BearerToken");
            },
            o =>
            {
                o.ServicesAfter = s => s.AddResponseCompression(c => c.EnableForHttps = true).AddAuthentication().AddCookie("Second");
                if (compressed) o.Pipeline = app => app.UseResponseCompression();
            });
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var done = await host.AnswerAsync(client, await client.GoAsync(), device);

        Assert.Equal([".AspNetCore.Cookies", ".AspNetCore.Second"], done.SessionCookies.Select(c => c.Split('=')[0]));
        Assert.Equal(["tokenType", "accessToken", "expiresIn", "refreshToken"], done.Json.Select(m => m.Key));
    }

    [Fact]
    public async Task TokensOfAFirstScheme_StayInsideWhereTheSecondFails()
    {
        await using var host = await Seam.StartAsync(
            async context =>
            {
                await Seam.SignInAsync(context, scheme: "BearerToken");
                await Seam.SignInAsync(context, scheme: "Second");
            },
            o => o.ServicesAfter = s => s.AddAuthentication().AddCookie("Second", c => c.Events.OnSigningIn = _ => throw new InvalidOperationException("no")));
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var done = await host.AnswerAsync(client, await client.GoAsync(), device);

        Assert.Equal(500, done.Status);
        Assert.DoesNotContain("accessToken", done.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HostThatRefusesAtCompletion_EndsTheSession()
    {
        await using var host = await TestHost.StartAsync(o => o.Mfa = mfa => mfa.OnCompleting(context =>
        {
            context.Refuse("on_leave");
            return Task.CompletedTask;
        }));
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var challenge = await client.LoginAsync("alice");
        var refused = await host.AnswerAsync(client, challenge, device);
        var again = await host.AnswerAsync(client, challenge, device);

        Assert.Equal((403, "access_denied"), (refused.Status, refused.Error));
        Assert.Empty(refused.SetCookies);
        Assert.Equal((401, "invalid_token"), (again.Status, again.Error));
        Assert.Equal(1, host.Events.Count(MfaMiddleware.Telemetry.MfaEventNames.SignInDenied, "alice"));
        Assert.Contains(host.Logs.Lines, l => l.Contains("SignInDenied", StringComparison.Ordinal) && l.Contains("refused_at_completion on_leave", StringComparison.Ordinal));
        Assert.DoesNotContain("on_leave", refused.Everything, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alice", 200)]
    [InlineData("bob", 403)]
    public async Task HostAtCompletion_MayRefreshThePrincipalAndNotSwapIt(string other, int status)
    {
        await using var host = await TestHost.StartAsync(o => o.Mfa = mfa => mfa.OnCompleting(context =>
        {
            context.Principal = TestHost.PrincipalOf(other);
            ((ClaimsIdentity)context.Principal.Identity!).AddClaim(new("fresh", "yes"));
            return Task.CompletedTask;
        }));
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var done = await host.AnswerAsync(client, await client.LoginAsync("alice"), device);

        Assert.Equal(status, done.Status);
        if (status == 200) Assert.True((await client.MeAsync(done.CookieHeader))!.ContainsKey("fresh"));
        else Assert.Empty(done.SetCookies);
    }

    [Theory]
    [InlineData("/login", false)]
    [InlineData("/login", true)]
    [InlineData("/token", false)]
    public async Task FreshPrincipal_KeepsWhatThePrimarySignInProved_AndBringsNothingOfItsOwn(string login, bool changedInPlace)
    {
        await using var host = await TestHost.StartAsync(o => o.Mfa = mfa => mfa.OnCompleting(context =>
        {
            // As a factory makes it from the database: it doesn't know how the user signed in, and what else it says isn't its to say.
            if (!changedInPlace) context.Principal = new(new ClaimsIdentity([new("sub", "alice"), new("fresh", "yes")], "fresh"));
            var identity = (ClaimsIdentity)context.Principal.Identity!;
            foreach (var claim in identity.FindAll("amr").ToList()) identity.RemoveClaim(claim);
            identity.AddClaims([new("amr", "hwk"), new("acr", "urn:mfa:3"), new("auth_time", "1")]);
            return Task.CompletedTask;
        }));
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var challenge = await client.PostAsync(login, new { user = "alice" });
        var done = await host.AnswerAsync(client, challenge, device);
        var me = (await client.GetAsync("/me", login == "/token" ? ("Authorization", "Bearer " + done["accessToken"]) : ("Cookie", done.CookieHeader))).Json;

        Assert.Equal(!changedInPlace, me.ContainsKey("fresh"));
        Assert.Equal(["mfa", "otp", "pwd"], me["amr"]!.AsArray().Select(v => (string)v!).Order(StringComparer.Ordinal));
        Assert.Equal("urn:mfa:2", (string)Assert.Single(me["acr"]!.AsArray())!);
        Assert.Equal($"{host.Clock.GetUtcNow().ToUnixTimeSeconds()}", (string)Assert.Single(me["auth_time"]!.AsArray())!);
    }

    [Theory]
    [InlineData("/login")]
    [InlineData("/token")]
    public async Task PrincipalOfAnotherSubject_EndsTheSessionAndSignsNobodyIn(string login)
    {
        await using var host = await TestHost.StartAsync(o => o.Mfa = mfa => mfa.OnCompleting(context =>
        {
            context.Principal = TestHost.PrincipalOf("bob");
            return Task.CompletedTask;
        }));
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var challenge = await client.PostAsync(login, new { user = "alice" });

        var refused = await host.AnswerAsync(client, challenge, device);
        var again = await host.AnswerAsync(client, challenge, device);

        Assert.Equal((403, "access_denied"), (refused.Status, refused.Error));
        Oracles.IsInvalidToken(again);
        await Oracles.NobodyIsSignedInAsync(client, refused, again);
        Assert.Equal((1, 0), (host.Events.Count(MfaMiddleware.Telemetry.MfaEventNames.SignInDenied, "alice"), host.Events.Count(MfaMiddleware.Telemetry.MfaEventNames.SignInCompleted)));
    }

    [Fact]
    public async Task LargeIdentity_LeaksNoChunkBeforeTheFactorAndIsWholeAfterwards()
    {
        await using var host = await TestHost.StartAsync(o => o.Principal = user =>
        {
            var principal = TestHost.PrincipalOf(user);
            ((ClaimsIdentity)principal.Identity!).AddClaims(Enumerable.Range(0, 400).Select(i => new Claim("group", $"group-of-some-length-{i}")));
            return principal;
        });
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var challenge = await client.LoginAsync("alice");
        var done = await host.AnswerAsync(client, challenge, device);

        Seam.IsChallenge(challenge);
        Assert.True(done.SetCookies.Count > 2);
        Assert.Equal(400, (await client.MeAsync(done.CookieHeader))!["group"]!.AsArray().Count);
    }
}
