using MfaMiddleware.Factors;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Endpoints;

/// <summary>The rows of the contract's table of <c>POST /mfa</c>.</summary>
public sealed class AnswerEndpointTests
{
    [Fact]
    public async Task RightCode_CookieSchemeWithAJsonBody_GivesTheHostsOwnBodyAndStatusWithType0()
    {
        await using var host = await TestHost.StartAsync(o => o.Endpoints = app => app.MapPost("/created", async (HttpContext context) =>
        {
            await context.SignInAsync(TestHost.PrincipalOf("alice"));
            context.Response.Cookies.Append("hosts-own", "1");
            return Results.Json(new { id = 7 }, statusCode: 201);
        }));
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var challenge = await client.PostAsync("/created", new { });
        var done = await client.AnswerAsync(challenge.Token, device.Code());

        Assert.Equal((201, """{"id":7,"type":0}"""), (done.Status, done.Body));
        Assert.True(done.Message.Headers.CacheControl!.NoStore);
        Assert.Contains(done.SetCookies, c => c.StartsWith("hosts-own=1", StringComparison.Ordinal));
        Assert.NotNull(await client.MeAsync(done.CookieHeader));
    }

    [Theory]
    [InlineData("own-type", "{\"type\":\"Bearer\"}")]
    [InlineData("redirect", "{\"type\":0,\"return_url\":\"/home?a=b\"}")]
    [InlineData("foreign-redirect", "{\"type\":0,\"return_url\":\"/\"}")]
    [InlineData("empty", "{\"type\":0,\"return_url\":\"/\"}")]
    [InlineData("html", "{\"type\":0,\"return_url\":\"/\"}")]
    [InlineData("array", "{\"type\":0,\"return_url\":\"/\"}")]
    [InlineData("large", "{\"type\":0,\"return_url\":\"/\"}")]
    [InlineData("redirect-uri", "{\"type\":0,\"return_url\":\"/from-the-ticket\"}")]
    public async Task RightCode_OtherBodies_GiveReturnUrl(string kind, string expected)
    {
        await using var host = await TestHost.StartAsync(o => o.Endpoints = app => app.MapPost("/ends/{kind}", async (string kind, HttpContext context) =>
        {
            await context.SignInAsync(TestHost.PrincipalOf("alice"), new AuthenticationProperties { RedirectUri = kind == "redirect-uri" ? "/from-the-ticket" : null });
            return kind switch
            {
                "own-type" => Results.Json(new { type = "Bearer" }),
                "redirect" => Results.Redirect("/home?a=b"),
                "foreign-redirect" => Results.Redirect("https://elsewhere.example/"),
                "html" => Results.Content("<p>Hello</p>", "text/html"),
                "array" => Results.Json(new[] { 1 }),
                "large" => Results.Json(new { pad = new string('a', 9000) }),
                _ => Results.Ok(),
            };
        }));
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var done = await client.AnswerAsync((await client.PostAsync("/ends/" + kind, new { })).Token, device.Code());

        Assert.Equal((200, expected), (done.Status, done.Body));
        Assert.NotNull(await client.MeAsync(done.CookieHeader));
    }

    [Fact]
    public async Task RightCode_BearerScheme_GivesWhatTheSchemeAlwaysAnswers()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var done = await client.AnswerAsync((await client.PostAsync("/token", new { user = "alice" })).Token, device.Code());

        Assert.Equal(200, done.Status);
        Assert.Equal(["tokenType", "accessToken", "expiresIn", "refreshToken"], done.Json.Select(m => m.Key));
        Assert.Equal(200, (await client.GetAsync("/me", ("Authorization", "Bearer " + done["accessToken"]))).Status);
    }

    [Fact]
    public async Task RightCode_HostRefusesAtCompletion_Is403AndTheSessionIsGone()
    {
        await using var host = await TestHost.StartAsync(o => o.Mfa = mfa => mfa.OnCompleting(completing =>
        {
            completing.Refuse();
            return Task.CompletedTask;
        }));
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token;

        var refused = await client.AnswerAsync(token, device.Code());

        Assert.Equal((403, """{"type":1,"error":"access_denied"}"""), (refused.Status, refused.Body));
        await Oracles.NobodyIsSignedInAsync(client, refused);
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        Oracles.IsInvalidToken(await client.AnswerAsync(token, device.Code()));
    }

    [Fact]
    public async Task WrongCode_GivesANewTokenAndMakesTheOldOneInvalid()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var challenge = await client.LoginAsync("alice");
        host.Clock.Advance(TimeSpan.FromSeconds(59));

        var wrong = await client.AnswerAsync(challenge.Token, device.WrongCode());

        Assert.Equal((401, "1", "invalid_code", "4", "241"), (wrong.Status, wrong["type"], wrong.Error, wrong["attempts_remaining"], wrong["expires_in"]));
        Assert.Equal(challenge["methods"], wrong["methods"]);
        Assert.NotEqual(challenge.Token, wrong.Token);
        Oracles.IsInvalidToken(await client.AnswerAsync(challenge.Token, device.Code()));
        Assert.Equal(200, (await client.AnswerAsync(wrong.Token, device.Code())).Status);
    }

    [Fact]
    public async Task LastAttemptWrong_EndsTheSession()
    {
        await using var host = await TestHost.StartAsync(o => o.Settings["PendingSessions:MaxAttempts"] = "1");
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token;

        var wrong = await client.AnswerAsync(token, device.WrongCode());

        Assert.Equal((401, """{"type":1,"error":"too_many_attempts"}"""), (wrong.Status, wrong.Body));
        Oracles.IsInvalidToken(await client.GetAsync("/mfa/session", ("X-MFA-Token", token!)));
    }

    [Fact]
    public async Task WaitingAccount_Is429WithTheSameTokenAndNoAttemptSpent()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        await Threats.GuessingCodesTests.FailAsync(client, host, device, "alice", 5);
        var token = (await client.LoginAsync("alice")).Token;

        var waiting = await client.AnswerAsync(token, device.Code());

        Assert.Equal(429, waiting.Status);
        Assert.Equal($$"""{"type":1,"error":"throttled","mfa_token":"{{token}}","retry_after":60}""", waiting.Body);
        Assert.Equal("60", waiting.Message.Headers.GetValues("Retry-After").Single());
        Assert.Equal("5", (await client.GetAsync("/mfa/session", ("X-MFA-Token", token!)))["attempts_remaining"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StoreDown_Is503WithTheSameTokenAndTheAttemptGivenBack(bool whileEnrolling)
    {
        await using var host = await TestHost.StartAsync(o => o.ServicesAfter = CountingFactorStore.Use);
        using var client = host.Client();
        var store = host.Services.GetRequiredService<CountingFactorStore>();
        var device = whileEnrolling ? null : await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token;
        string? enrollment = null;
        if (device is null)
        {
            var started = (await client.PostAsync("/mfa/enroll", new { mfa_token = token, method = "totp" })).Json["enrollment"]!;
            device = new TotpDevice(enrollment = (string)started["id"]!, (string)started["secret"]!, host.Clock);
        }

        store.FailsAt = whileEnrolling ? nameof(IMfaFactorStore.TryAddFirstFactorAsync) : nameof(IMfaFactorStore.TryUseFactorAsync);
        var failed = await client.PostAsync("/mfa", new { mfa_token = token, code = device.Code(), enrollment_id = enrollment });
        store.IsDown = true;
        var down = await client.PostAsync("/mfa", new { mfa_token = token, code = device.Code(), enrollment_id = enrollment });
        (store.IsDown, store.FailsAt) = (false, null);

        foreach (var reply in new[] { failed, down })
        {
            Assert.Equal((503, $$"""{"type":1,"error":"temporarily_unavailable","mfa_token":"{{token}}","retry_after":5}"""), (reply.Status, reply.Body));
            Assert.Equal("5", reply.Message.Headers.GetValues("Retry-After").Single());
        }

        Assert.Equal(0, store.ChargesOf("alice"));
        Assert.Equal("5", (await client.GetAsync("/mfa/session", ("X-MFA-Token", token!)))["attempts_remaining"]);
        Assert.Equal(200, (await client.PostAsync("/mfa", new { mfa_token = token, code = device.Code(), enrollment_id = enrollment })).Status);
    }

    [Fact]
    public async Task CodeThatCouldBeForSeveralMethods_Is400WithTheMethodsAndNoAttemptSpent()
    {
        await using var host = await TestHost.StartAsync(o => o.Mfa = mfa => mfa.AddMethod<Methods.PinMethod>());
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        await Methods.PinMethod.EnrollAsync(host, "alice", "271828");
        var token = (await client.LoginAsync("alice")).Token;

        var ambiguous = await client.AnswerAsync(token, device.Code());

        Assert.Equal((400, "method_required", token), (ambiguous.Status, ambiguous.Error, ambiguous.Token));
        Assert.Equal(["pin", "totp"], ambiguous.Json["methods"]!.AsArray().Select(m => (string)m!["method"]!).Order(StringComparer.Ordinal));
        Assert.Equal("5", (await client.GetAsync("/mfa/session", ("X-MFA-Token", token!)))["attempts_remaining"]);

        // The method challenged last takes it; a named one as well.
        Assert.Equal(200, (await client.PostAsync("/mfa/challenge", new { mfa_token = token, method = "totp" })).Status);
        Assert.Equal(200, (await client.AnswerAsync(token, device.Code())).Status);
        Assert.Equal(200, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, "271828", "pin")).Status);
    }
}
