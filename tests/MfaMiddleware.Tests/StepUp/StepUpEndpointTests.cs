using System.Security.Claims;
using System.Text.Encodings.Web;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace MfaMiddleware.Tests.StepUp;

public sealed class StepUpEndpointTests
{
    [Fact]
    public async Task Nobody_IsToldToSignIn()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();

        var reply = await client.PostAsync("/mfa/step-up", new { });

        Assert.Equal((401, "login_required", "Bearer"), (reply.Status, reply.Error, reply.Challenge()));
    }

    [Fact]
    public async Task CookieSession_ProvesAFactor_IsIssuedAgainWithTheProofAndItsOldSignInTime()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.PasswordAloneAsync("alice");
        var signedInAt = host.Clock.GetUtcNow().ToUnixTimeSeconds();
        Assert.Null(host.StampOf(cookies).Proof);
        host.Clock.Advance(TimeSpan.FromMinutes(3));

        var challenge = await client.PostAsync("/mfa/step-up", new { }, ("Cookie", cookies));
        Assert.Equal((200, "1", "300"), (challenge.Status, challenge["type"], challenge["expires_in"]));
        Assert.Equal("totp", (string?)challenge.Json["methods"]![0]!["method"]);
        Assert.Empty(challenge.SetCookies);

        var done = await client.PostAsync("/mfa", new { mfa_token = challenge.Token, code = device.Code() }, ("Cookie", cookies));
        Assert.Equal((200, """{"type":0}"""), (done.Status, done.Body));
        var stamp = host.StampOf(done.CookieHeader);
        Assert.Equal((signedInAt, signedInAt + 180), (stamp.SignedInAt, stamp.Proof!.At));
        Assert.Equal(["pwd", "otp", "mfa"], (await client.MeAsync(done.CookieHeader))!["amr"]!.AsArray().Select(v => (string)v!));
        Assert.Equal(1, host.Events.Count("StepUpCompleted", "alice"));
    }

    [Fact]
    public async Task PersistentSession_KeepsItsEnd()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var login = await client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/form") { Content = new FormUrlEncodedContent([new("user", "alice")]) });
        host.Clock.Advance(TimeSpan.FromMinutes(10));

        var challenge = await client.PostAsync("/mfa/step-up", new { }, ("Cookie", login.CookieHeader));
        var done = await client.PostAsync("/mfa", new { mfa_token = challenge.Token, code = device.Code() }, ("Cookie", login.CookieHeader));

        Assert.NotNull(ExpiresOf(login));
        Assert.Equal(ExpiresOf(login), ExpiresOf(done));
    }

    [Fact]
    public async Task BearerSession_ProvesAFactor_GetsNewTokensWithTheProof()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var token = (await client.PostAsync("/token", new { user = "alice" }))["accessToken"];

        var challenge = await client.PostAsync("/mfa/step-up", new { }, ("Authorization", "Bearer " + token));
        var done = await client.AnswerAsync(challenge.Token, device.Code());
        var me = await client.GetAsync("/me", ("Authorization", "Bearer " + done["accessToken"]));

        Assert.Equal((200, 200), (done.Status, me.Status));
        Assert.Contains("mfa", me.Json["amr"]!.AsArray().Select(v => (string)v!));
    }

    [Fact]
    public async Task UserWithoutAFactor_SignedInJustNow_MaySetOneUp()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var cookies = await client.PasswordAloneAsync("alice");
        host.Clock.Advance(TimeSpan.FromSeconds(299));

        var challenge = await client.PostAsync("/mfa/step-up", new { }, ("Cookie", cookies));
        Assert.Equal("[\"totp\"]", challenge["enroll"]);

        var started = (await client.PostAsync("/mfa/enroll", new { mfa_token = challenge.Token, method = "totp" })).Json["enrollment"]!;
        var device = new TotpDevice((string)started["id"]!, (string)started["secret"]!, host.Clock);
        var done = await client.PostAsync("/mfa", new { mfa_token = challenge.Token, enrollment_id = device.FactorId, code = device.Code() }, ("Cookie", cookies));

        Assert.Equal((200, """{"type":0}"""), (done.Status, done.Body));
        Assert.NotNull(host.StampOf(done.CookieHeader).Proof);
    }

    [Fact]
    public async Task UserWithoutAFactor_SignedInFiveMinutesAgo_MustSignInAgain()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var cookies = await client.PasswordAloneAsync("alice");
        host.Clock.Advance(TimeSpan.FromSeconds(300));

        var reply = await client.PostAsync("/mfa/step-up", new { max_age = 60 }, ("Cookie", cookies));

        Assert.Equal((401, "insufficient_user_authentication", "60"), (reply.Status, reply.Error, reply["max_age"]));
        Assert.StartsWith("Bearer error=\"insufficient_user_authentication\"", reply.Challenge(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UserWithoutAFactor_SignedInByABypass_MayNotSetOneUp()
    {
        await using var host = await TestHost.StartAsync(options => options.Endpoints = app => app.MapPost(
            "/impersonate", () => Microsoft.AspNetCore.Http.Results.SignIn(TestHost.PrincipalOf("alice"), new AuthenticationProperties().BypassMfa("support case"))));
        using var client = host.Client();
        var cookies = (await client.PostAsync("/impersonate", new { })).CookieHeader;

        Assert.NotNull(await client.MeAsync(cookies));
        Assert.Equal(401, (await client.PostAsync("/mfa/step-up", new { }, ("Cookie", cookies))).Status);
        Assert.Equal(401, (await client.PostAsync("/mfa/factors", new { method = "totp" }, ("Cookie", cookies))).Status);
    }

    [Theory]
    [InlineData("""{"methods":["telepathy"]}""")]
    [InlineData("""{"methods":["recovery_code"]}""")]
    [InlineData("""{"strength":"Infinite"}""")]
    [InlineData("""{"strength":"2"}""")]
    [InlineData("""{"strength":"PhishingResistant"}""")]
    [InlineData("""{"max_age":-1}""")]
    public async Task DemandThatNoFactorCanMeet_IsABadRequest(string body)
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");
        var cookies = await client.PasswordAloneAsync("alice");

        var reply = await client.PostTextAsync("/mfa/step-up", body, "application/json", ("Cookie", cookies));

        Assert.Equal((400, "invalid_request"), (reply.Status, reply.Error));
    }

    [Fact]
    public async Task NarrowedMethods_AreTheOnlyOnesOfferedAndAccepted()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.ProvedAsync("alice", device.Code());
        var codes = (await client.PostAsync("/mfa/recovery-codes", new { }, ("Cookie", cookies))).Json["recovery_codes"]!;

        var narrowed = await client.PostAsync("/mfa/step-up", new { methods = new[] { "totp" } }, ("Cookie", cookies));
        Assert.Equal(["totp"], narrowed.Json["methods"]!.AsArray().Select(m => (string)m!["method"]!));

        var answer = await client.PostAsync("/mfa", new { mfa_token = narrowed.Token, code = (string)codes[0]! }, ("Cookie", cookies));
        Assert.Equal((401, "invalid_code"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task SchemeThatCannotSignIn_IsSentToItsOwnServer()
    {
        await using var host = await TestHost.StartAsync(options => options.ServicesAfter = services => services
            .AddAuthentication("Key").AddScheme<AuthenticationSchemeOptions, KeyHandler>("Key", null));
        using var client = host.Client();

        var reply = await client.PostAsync("/mfa/step-up", new { });

        Assert.Equal((400, "step_up_not_supported"), (reply.Status, reply.Error));
    }

    [Fact]
    public async Task ThirdStepUp_PushesTheFirstOut()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");
        var cookies = await client.PasswordAloneAsync("alice");
        var tokens = new List<string?>();
        for (var i = 0; i < 3; i++)
        {
            tokens.Add((await client.PostAsync("/mfa/step-up", new { }, ("Cookie", cookies))).Token);
            host.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(401, (await client.GetAsync("/mfa/session", ("X-MFA-Token", tokens[0]!))).Status);
        Assert.Equal(200, (await client.GetAsync("/mfa/session", ("X-MFA-Token", tokens[1]!))).Status);
        Assert.Equal(200, (await client.GetAsync("/mfa/session", ("X-MFA-Token", tokens[2]!))).Status);
    }

    private static string? ExpiresOf(Reply reply) =>
        reply.SetCookies.Single(c => c.StartsWith(".AspNetCore.Cookies=", StringComparison.Ordinal)).Split("; ").SingleOrDefault(p => p.StartsWith("expires=", StringComparison.Ordinal));

    /// <summary>Authenticates each request by itself, as a foreign token does.</summary>
    private sealed class KeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
            Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "alice")], "key")), "Key")));
    }
}
