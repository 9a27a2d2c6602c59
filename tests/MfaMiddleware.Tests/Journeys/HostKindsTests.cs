using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Journeys;

/// <summary>Each way in which an app of ASP.NET Core signs people in, walked through the same six steps.</summary>
public sealed class HostKindsTests
{
    [Fact]
    public async Task JsonLogin_WithACookie()
    {
        await using var host = await TestHost.StartAsync();
        await new SixSteps(host, client => client.LoginAsync("alice"), Cookie, SignOut).WalkAsync();
    }

    [Fact]
    public async Task FormLogin_WithACookieAndNoPages()
    {
        await using var host = await TestHost.StartAsync();
        var done = await new SixSteps(
            host, client => client.PostTextAsync("/form", "user=alice", "application/x-www-form-urlencoded", ("Accept", "text/html")), Cookie, SignOut).WalkAsync();

        Assert.Equal(("0", "/home"), (done["type"], done["return_url"]));
        // The properties of the sign-in are kept: this one is persistent.
        Assert.Contains("expires=", Assert.Single(done.SessionCookies), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BearerToken()
    {
        await using var host = await TestHost.StartAsync();
        await new SixSteps(host, client => client.PostAsync("/token", new { user = "alice" }), Bearer).WalkAsync();
    }

    [Fact]
    public async Task HttpContextSignInAsync_InAnEndpoint() => await WalkAsync(app =>
        app.MapPost("/in", (HttpContext context) => context.SignInAsync("Cookies", TestHost.PrincipalOf("alice"))));

    [Fact]
    public async Task ResultsSignIn() => await WalkAsync(app =>
        app.MapPost("/in", () => Results.SignIn(TestHost.PrincipalOf("alice"), new AuthenticationProperties { RedirectUri = "/x" }, "Cookies")));

    [Fact]
    public async Task TypedResultsSignIn_WithoutAScheme() => await WalkAsync(app =>
        app.MapPost("/in", () => TypedResults.SignIn(TestHost.PrincipalOf("alice"))));

    [Fact]
    public async Task SignInResult_OfAController() => await WalkAsync(
        app => app.MapControllers(),
        services => services.AddControllers().AddApplicationPart(typeof(SignInController).Assembly));

    [Fact]
    public async Task MiddlewareOfTheHost_BeforeRouting()
    {
        await using var host = await TestHost.StartAsync(o => o.Pipeline = app => app.Use((context, next) =>
            context.Request.Path == "/in" ? context.SignInAsync(TestHost.PrincipalOf("alice")) : next(context)));
        await new SixSteps(host, client => client.PostAsync("/in", new { }), Cookie, SignOut).WalkAsync();
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/html")]
    public async Task RemoteHandler_ThatSignsInInsideUseAuthentication(string accept)
    {
        await using var host = await TestHost.StartAsync(o => o.ServicesAfter = s => s.AddAuthentication()
            .AddScheme<PartnerOptions, PartnerHandler>("Partner", p => p.SignInScheme = "Cookies"));
        var done = await new SixSteps(host, client => client.GetAsync("/signin-partner?code=alice", ("Accept", accept)), Cookie, SignOut).WalkAsync();

        Assert.Equal("/after-partner", done["return_url"]);
    }

    public static (string Name, string Value) Cookie(Reply done) => ("Cookie", done.CookieHeader);

    public static (string Name, string Value) Bearer(Reply done) => ("Authorization", $"Bearer {done["accessToken"]}");

    public static Task<Reply> SignOut(MfaClient client, (string Name, string Value) session) => client.PostAsync("/logout", new { }, session);

    private static async Task WalkAsync(Action<WebApplication> endpoints, Action<IServiceCollection>? services = null)
    {
        await using var host = await TestHost.StartAsync(o => (o.Endpoints, o.ServicesAfter) = (endpoints, services));
        await new SixSteps(host, client => client.PostAsync("/in", new { }), Cookie, SignOut).WalkAsync();
    }
}

/// <summary>A controller that signs in by its result.</summary>
[ApiController]
public sealed class SignInController : ControllerBase
{
    [HttpPost("/in")]
    public Microsoft.AspNetCore.Mvc.SignInResult In() => SignIn(TestHost.PrincipalOf("alice"), "Cookies");
}
