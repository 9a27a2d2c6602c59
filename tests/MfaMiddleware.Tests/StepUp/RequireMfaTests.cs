using System.Security.Claims;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.StepUp;

public sealed class RequireMfaTests
{
    private static readonly (string, string) Html = ("Accept", "text/html");

    [Fact]
    public async Task Api_WithoutAProof_GetsTheChallengeOfRfc9470AndNoSession()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");

        var reply = await client.GetAsync("/transfer", ("Cookie", await client.PasswordAloneAsync("alice")));

        Assert.Equal(401, reply.Status);
        Assert.Equal(
            "Bearer error=\"insufficient_user_authentication\", error_description=\"A fresh proof of a second factor is required.\", acr_values=\"urn:mfa:2\", max_age=\"300\"",
            reply.Challenge());
        Assert.Equal("""{"type":1,"error":"insufficient_user_authentication","step_up":"/mfa/step-up","max_age":300}""", reply.Body);
        Assert.Equal(0, ((InMemoryPendingSessionStore)host.Services.GetRequiredService<IPendingSessionStore>()).Count);
    }

    [Fact]
    public async Task Proof_IsEnoughUntilItsAge()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.ProvedAsync("alice", device.Code());

        host.Clock.Advance(TimeSpan.FromSeconds(299));
        Assert.Equal(200, (await client.GetAsync("/transfer", ("Cookie", cookies))).Status);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(401, (await client.GetAsync("/transfer", ("Cookie", cookies))).Status);
    }

    [Fact]
    public async Task Proof_IsNotYoungAgain_WhereTheClockWasSetBack()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.ProvedAsync("alice", device.Code());

        // Another node may be behind a little.
        host.Clock.Jump(-TimeSpan.FromSeconds(30));
        Assert.Equal(200, (await client.GetAsync("/transfer", ("Cookie", cookies))).Status);
        host.Clock.Jump(-TimeSpan.FromHours(1));
        Assert.Equal(401, (await client.GetAsync("/transfer", ("Cookie", cookies))).Status);
    }

    [Theory]
    [InlineData("/key", "urn:mfa:2")]
    [InlineData("/strong", "urn:mfa:3")]
    public async Task Proof_OfAnotherMethodOrTooWeak_IsNotEnough(string path, string acr)
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var reply = await client.GetAsync(path, ("Cookie", await client.ProvedAsync("alice", device.Code())));

        Assert.Equal(401, reply.Status);
        Assert.Contains($"acr_values=\"{acr}\"", reply.Challenge(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Claims_ProveNothing()
    {
        await using var host = await StartAsync(options => options.ServicesBefore = services => services.AddSingleton<IAuthorizationHandler, Boaster>());
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");

        var cookies = await client.PasswordAloneAsync("alice");

        Assert.Equal(401, (await client.GetAsync("/transfer", ("Cookie", cookies))).Status);
    }

    [Fact]
    public async Task Nobody_IsChallengedByTheHostAsEver()
    {
        await using var host = await StartAsync();
        using var client = host.Client();

        var reply = await client.GetAsync("/transfer", Html);

        Assert.Equal(302, reply.Status);
        Assert.Equal("/Account/Login", reply.Message.Headers.Location!.AbsolutePath);
    }

    [Fact]
    public async Task Browser_IsLedThroughTheChallengeAndComesBack()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.PasswordAloneAsync("alice");

        var led = await client.GetAsync("/transfer?to=bob&note=a%20b", ("Cookie", cookies), Html);
        Assert.Equal(303, led.Status);
        Assert.StartsWith("/mfa/verify?id=", led.Message.Headers.Location!.OriginalString, StringComparison.Ordinal);

        var done = await client.PostAsync(
            $"{led.Message.Headers.Location.OriginalString}&code={device.Code()}", new { }, ("Cookie", $"{cookies}; {led.CookieHeader}"));
        Assert.Equal((303, "/transfer?to=bob&note=a%20b"), (done.Status, done.Message.Headers.Location!.OriginalString));
        Assert.Equal(200, (await client.GetAsync("/transfer?to=bob&note=a%20b", ("Cookie", done.CookieHeader), Html)).Status);
    }

    [Fact]
    public async Task BrowserWithoutAFactor_IsLedToTheSetUp_OrLaterToANewSignIn()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        var cookies = await client.PasswordAloneAsync("alice");

        var young = await client.GetAsync("/transfer", ("Cookie", cookies), Html);
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        var old = await client.GetAsync("/transfer", ("Cookie", cookies), Html);

        Assert.StartsWith("/mfa/setup?id=", young.Message.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal((302, "/Account/Login"), (old.Status, old.Message.Headers.Location!.AbsolutePath));
        Assert.Equal("?ReturnUrl=%2Ftransfer", old.Message.Headers.Location.Query);
    }

    [Fact]
    public async Task BrowserWhoseFactorsDoNotSuffice_IsDenied()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");

        var reply = await client.GetAsync("/strong", ("Cookie", await client.PasswordAloneAsync("alice")), Html);

        Assert.Equal((403, "page: access_denied"), (reply.Status, reply.Body));
    }

    [Fact]
    public async Task EverythingElseThatIsForbidden_StaysWithTheHostsOwnHandler()
    {
        await using var host = await StartAsync(options => options.ServicesBefore = services => services.AddSingleton<IAuthorizationMiddlewareResultHandler, TeapotHandler>());
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");
        var cookies = await client.PasswordAloneAsync("alice");

        Assert.Equal(418, (await client.GetAsync("/admin", ("Cookie", cookies))).Status);
        Assert.Equal(401, (await client.GetAsync("/transfer", ("Cookie", cookies))).Status);
    }

    [Fact]
    public async Task AuthorizationThatRunsBeforeRouting_FailsLoudlyAndLetsNobodyIn()
    {
        // UseAuthorization sees no endpoint there, so it is as good as missing.
        await using var host = await StartAsync(options => options.Endpoints = app =>
        {
            app.UseRouting();
            app.MapGet("/transfer", () => "money").RequireMfa(TimeSpan.FromMinutes(5));
        });
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.PasswordAloneAsync("alice");
        var proved = await client.StepUpAsync(cookies, device.Code());

        foreach (var session in new[] { "", cookies, proved })
        {
            var reply = await client.GetAsync("/transfer", ("Cookie", session));
            Assert.Equal(500, reply.Status);
            Assert.DoesNotContain("money", reply.Body, StringComparison.Ordinal);
        }

        Assert.Contains(host.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("app.UseAuthorization()", StringComparison.Ordinal));
    }

    private static Task<TestHost> StartAsync(Action<TestHostOptions>? configure = null) => TestHost.StartAsync(options =>
    {
        Sessions.NeverAtSignIn(options);
        options.Mfa = mfa => mfa.Services.AddSingleton<IMfaPages, BrowserPages>();
        options.Endpoints = app =>
        {
            app.MapGet("/transfer", () => "money").RequireMfa(TimeSpan.FromMinutes(5));
            app.MapGet("/key", () => "key").RequireMfa(methods: "recovery_code");
            app.MapGet("/strong", () => "strong").RequireMfa(strength: MfaStrength.PhishingResistant);
            app.MapGet("/admin", () => "admin").RequireMfa().RequireAuthorization(policy => policy.RequireRole("Admin"));
        };
        configure?.Invoke(options);
    });

    /// <summary>Runs before ours, after the claims of the session were written.</summary>
    private sealed class Boaster : IAuthorizationHandler
    {
        public Task HandleAsync(AuthorizationHandlerContext context)
        {
            ((ClaimsIdentity)context.User.Identity!).AddClaims([new Claim("amr", "mfa"), new Claim("amr", "otp"), new Claim("acr", "urn:mfa:3")]);
            return Task.CompletedTask;
        }
    }

    private sealed class TeapotHandler : IAuthorizationMiddlewareResultHandler
    {
        public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
        {
            if (authorizeResult.Succeeded) return next(context);
            context.Response.StatusCode = StatusCodes.Status418ImATeapot;
            return Task.CompletedTask;
        }
    }
}
