using System.Text.Json;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;
using MfaMiddleware.Telemetry;
using MfaMiddleware.Tests.UI;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Completion;

/// <summary>Sign-ins whose handler needs its own request again: the client comes back to it with a proof that passes once.</summary>
public sealed class ComeBackTests : IAsyncLifetime
{
    private TestHost _host = null!;
    private MfaClient _client = null!;
    private Browser _browser = null!;
    private TotpDevice _alice = null!;
    private Action<AuthenticationProperties>? _change;

    public async Task InitializeAsync()
    {
        _host = await TestHost.StartAsync(o =>
        {
            CodeServer.Configure(o, properties => _change?.Invoke(properties));
            o.Mfa = mfa => mfa.AddUI();
        });
        _client = _host.Client();
        _browser = new Browser(_host);
        _alice = await _host.EnrollTotpAsync("alice");
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        _client.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Browser_ComesBackToTheRequest_AndGetsItsCode()
    {
        var done = await VerifyInBrowserAsync(CodeServer.Authorize);
        Assert.Equal((303, CodeServer.Authorize), (done.Status, done.Location));
        Assert.False(await _browser.IsSignedInAsync());

        var code = await _browser.GetAsync(CodeServer.Authorize);

        Assert.Equal("https://one.example/cb?code=issued&state=s", code.Location);
        var claims = ClaimsOf(code.Header("X-Code")!);
        Assert.Equal(["mfa", "otp", "pwd"], claims["amr"].Order());
        Assert.Equal(["urn:mfa:2"], claims["acr"]);
        Assert.Single(claims["auth_time"]);
        Assert.Equal(1, _host.Events.Count(MfaEventNames.SignInCompleted, "alice"));
        Assert.Contains("/mfa/verify", (await _browser.GetAsync(CodeServer.Authorize)).Location, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redirect_uri=https%3A%2F%2Fone", "redirect_uri=https%3A%2F%2Fevil")]
    [InlineData("client_id=one", "client_id=two")]
    [InlineData("state=s", "state=t")]
    [InlineData("state=s", "state=s&code_challenge=x")]
    public async Task AnotherRequest_IsChallengedAnew_AndAudited(string old, string changed)
    {
        var proof = (await VerifyAsync("/authorize" + CodeServer.Authorize[10..])).Token!;
        var other = CodeServer.Authorize.Replace(old, changed, StringComparison.Ordinal);

        var refused = await _client.GetAsync(other, ("X-MFA-Token", proof));

        Assert.Equal("1", refused["type"]);
        Assert.DoesNotContain("X-Code", refused.Everything, StringComparison.Ordinal);
        Assert.Equal(1, _host.Events.Count(MfaEventNames.BypassAttempted, "alice"));
        Assert.Equal(302, (await _client.GetAsync(CodeServer.Authorize, ("X-MFA-Token", proof))).Status);
    }

    [Fact]
    public async Task Proof_PassesOnce_OfTwentyAtOnce()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            CodeServer.Configure(o);
            o.ServicesAfter = services => services.AddSingleton<MeetingStore>().AddSingleton<IPendingSessionStore>(sp => sp.GetRequiredService<MeetingStore>());
        });
        using var client = host.Client();
        var alice = await host.EnrollTotpAsync("alice");
        var proof = (await client.AnswerAsync((await client.GetAsync(CodeServer.Authorize)).Token, alice.Code())).Token!;
        host.Services.GetRequiredService<MeetingStore>().Expected = 20;

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.GetAsync(CodeServer.Authorize, ("X-MFA-Token", proof))));

        Assert.Single(replies, r => r.Status == 302);
        Assert.All(replies.Where(r => r.Status != 302), r => Assert.True(r.Status is 200 or 429, r.Body));
    }

    [Fact]
    public async Task Proof_IsGoodForTwoMinutes_ForNobodyElse_AndForNothingElse()
    {
        await _host.EnrollTotpAsync("bob");
        var done = await VerifyAsync(CodeServer.Authorize);
        Assert.Equal((200, "0", CodeServer.Authorize), (done.Status, done["type"], done["return_url"]));

        Assert.Equal("1", (await _client.GetAsync(CodeServer.Authorize.Replace("alice", "bob", StringComparison.Ordinal), ("X-MFA-Token", done.Token!)))["type"]);
        Assert.Equal("invalid_token", (await _client.AnswerAsync(done.Token, _alice.Code(1))).Error);
        Assert.Equal("invalid_token", (await _client.GetAsync("/mfa/session", ("X-MFA-Token", done.Token!))).Error);
        Assert.Equal("1", (await _client.PostAsync("/login", new { user = "alice" }, ("X-MFA-Token", done.Token!)))["type"]);

        _host.Clock.Advance(TimeSpan.FromSeconds(121));
        Assert.Equal("1", (await _client.GetAsync(CodeServer.Authorize, ("X-MFA-Token", done.Token!)))["type"]);
    }

    [Fact]
    public async Task ProofOfABrowser_IsBoundToItsCookie_AndTwoTabsDontMix()
    {
        var second = CodeServer.Authorize.Replace("client_id=one", "client_id=two", StringComparison.Ordinal);
        await VerifyInBrowserAsync(CodeServer.Authorize);
        _host.Clock.Advance(TimeSpan.FromSeconds(30));
        await VerifyInBrowserAsync(second);

        Assert.Equal(2, _browser.Cookies.Keys.Count(name => name.StartsWith("__Host-mfa-proof-", StringComparison.Ordinal)));
        Assert.Equal(302, (await _browser.GetAsync(second)).Status);
        Assert.Equal(302, (await _browser.GetAsync(CodeServer.Authorize)).Status);
        Assert.DoesNotContain(_browser.Cookies.Keys, name => name.StartsWith("__Host-mfa-proof-", StringComparison.Ordinal));

        using var thief = new Browser(_host);
        Assert.Contains("/mfa/verify", (await thief.GetAsync(CodeServer.Authorize)).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FormPost_IsResumedByAButton_WithItsFieldsButThePassword()
    {
        Dictionary<string, string> fields = new()
        {
            ["user"] = "alice", ["redirect_uri"] = "https://one.example/cb", ["state"] = "<&\">", ["password"] = "Alice-pass-1",
        };
        var held = await _browser.PostAsync("/authorize?x=1", fields);
        var done = await _browser.AnswerAsync(await _browser.GetAsync(held.Location!), _alice.Code());
        Assert.StartsWith("/mfa/continue?request=", done.Location, StringComparison.Ordinal);

        var page = await _browser.GetAsync(done.Location!);
        var kept = page.FormWith("state");
        Assert.Equal("You are almost there", page.Heading);
        Assert.DoesNotContain("password", kept.Keys);
        Assert.Equal("/authorize?x=1", page.Document.Forms[0].GetAttribute("action"));
        Assert.DoesNotContain("Alice-pass-1", page.Document.DocumentElement.OuterHtml, StringComparison.Ordinal);

        var code = await _browser.PostAsync("/authorize?x=1", kept);
        Assert.Equal(302, code.Status);
        Assert.Contains("state=<&\">", Uri.UnescapeDataString(code.Location!), StringComparison.Ordinal);
        Assert.Equal(400, (await _browser.GetAsync(done.Location!)).Status);
    }

    [Fact]
    public async Task TokenRequest_IsRepeatedWithTheProof_WhateverThePassword()
    {
        const string form = "grant_type=password&user=alice&scope=a";
        var refused = await _client.PostTextAsync("/authorize", form + "&password=one", "application/x-www-form-urlencoded");
        Assert.Equal((403, "mfa_required"), (refused.Status, refused.Error));

        var done = await _client.AnswerAsync(refused.Token, _alice.Code());
        Task<Reply> RepeatAsync(string body) => _client.PostTextAsync("/authorize", body, "application/x-www-form-urlencoded", ("X-MFA-Token", done.Token!));

        Assert.Equal("mfa_required", (await RepeatAsync("grant_type=password&user=alice&scope=b&password=one")).Error);
        Assert.Equal(302, (await RepeatAsync("password=two&" + form)).Status);
        Assert.Equal("mfa_required", (await RepeatAsync(form + "&password=one")).Error);
    }

    [Fact]
    public async Task TwoSignIns_OneOfThemComingBack_ComeBackTogether()
    {
        var held = await _client.PostTextAsync("/both", "user=alice", "application/x-www-form-urlencoded");
        var done = await _client.AnswerAsync(held.Token, _alice.Code());
        Assert.Empty(done.SessionCookies);

        var both = await _client.PostTextAsync("/both", "user=alice", "application/x-www-form-urlencoded", ("X-MFA-Token", done.Token!));

        Assert.Equal(302, both.Status);
        Assert.Contains("mfa", (await _client.MeAsync(both.CookieHeader))!["amr"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exchange_GivesAProofForARepeatOfAnOrdinarySignIn()
    {
        var held = await _client.LoginAsync("alice");
        var done = await _client.PostAsync("/mfa", new { mfa_token = held.Token, code = _alice.Code(), exchange = true });
        Assert.Equal((200, "0"), (done.Status, done["type"]));
        Assert.Empty(done.SessionCookies);

        var signedIn = await _client.PostAsync("/login", new { user = "alice" }, ("X-MFA-Token", done.Token!));

        Assert.Equal("alice", signedIn["welcome"]);
        Assert.NotNull(await _client.MeAsync(signedIn.CookieHeader));
        Assert.Equal("1", (await _client.PostAsync("/login", new { user = "alice" }, ("X-MFA-Token", done.Token!)))["type"]);
    }

    [Fact]
    public async Task MaxAgeZero_AsksAlthoughThereIsAProof_AndTheAnswerCountsAsFresh()
    {
        var signedIn = await _client.AnswerAsync((await _client.LoginAsync("alice")).Token, _alice.Code());
        _host.Clock.Advance(TimeSpan.FromSeconds(30));
        Task<Reply> AuthorizeAsync(params (string, string)[] headers) => _client.GetAsync(CodeServer.Authorize, [("Cookie", signedIn.CookieHeader), .. headers]);
        Assert.Equal(302, (await AuthorizeAsync()).Status);

        _change = properties => properties.RequireMfa(TimeSpan.Zero);
        var asked = await AuthorizeAsync();
        Assert.Equal("1", asked["type"]);
        var done = await _client.AnswerAsync(asked.Token, _alice.Code());

        Assert.Equal(302, (await AuthorizeAsync(("X-MFA-Token", done.Token!))).Status);
        _change = properties => properties.RequireMfa(strength: MfaStrength.PhishingResistant);
        Assert.Equal("access_denied", (await AuthorizeAsync()).Error);
    }

    [Fact]
    public async Task HostThatMayNotAsk_AnswersInItsOwnWords_AndNoSessionIsMade()
    {
        _change = properties => properties.OnMfaRequired(required =>
        {
            Assert.Equal(("code", "alice"), (required.Scheme, required.Subject.Id));
            required.HttpContext.Response.Redirect("https://one.example/cb?error=interaction_required");
            return Task.CompletedTask;
        });

        var answer = await _client.GetAsync(CodeServer.Authorize);

        Assert.Equal("https://one.example/cb?error=interaction_required", answer.Message.Headers.Location!.OriginalString);
        Assert.DoesNotContain("mfa", answer.Everything, StringComparison.Ordinal);
        Assert.Equal(0, _host.Events.Count(MfaEventNames.SignInChallenged));
    }

    [Fact]
    public async Task HostThatLeavesItToTheGate_GetsTheChallengeAsUsual()
    {
        var outcome = MfaOutcome.NotRequired;
        _change = properties => properties.OnMfaRequired(required =>
        {
            outcome = required.Outcome;
            required.LeaveToGate();
            return Task.CompletedTask;
        });

        var done = await VerifyAsync(CodeServer.Authorize);

        Assert.Equal(MfaOutcome.Required, outcome);
        Assert.Equal(302, (await _client.GetAsync(CodeServer.Authorize, ("X-MFA-Token", done.Token!))).Status);
        Assert.Equal(0, _host.Events.Count(MfaEventNames.SignInDenied));
    }

    [Fact]
    public async Task RedeemedCode_IsNotChallengedAgain_AndNeverRaisesTheLevel()
    {
        var done = await VerifyAsync(CodeServer.Authorize);
        var code = await _client.GetAsync(CodeServer.Authorize, ("X-MFA-Token", done.Token!));
        var claims = ClaimsOf(code.Message.Headers.GetValues("X-Code").Single());
        _host.Clock.Advance(TimeSpan.FromHours(1));

        var redeemed = await _client.PostAsync("/redeem", claims);

        Assert.Equal(302, redeemed.Status);
        Assert.Equal(claims["auth_time"], ClaimsOf(redeemed.Message.Headers.GetValues("X-Code").Single())["auth_time"]);

        claims["sub"] = ["bob"];
        Assert.Equal("1", (await _client.PostAsync("/redeem", claims))["type"]);
        claims["sub"] = ["alice"];
        claims["mfa_stamp"] = [claims["mfa_stamp"][0][..^4] + "AAAA"];
        Assert.Equal("1", (await _client.PostAsync("/redeem", claims))["type"]);
    }

    [Fact]
    public async Task UserRefusedAtTheLastMoment_GetsNoProof()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            CodeServer.Configure(o);
            o.Mfa = mfa => mfa.OnCompleting(completing =>
            {
                completing.Refuse();
                return Task.CompletedTask;
            });
        });
        using var client = host.Client();
        var alice = await host.EnrollTotpAsync("alice");

        var done = await client.AnswerAsync((await client.GetAsync(CodeServer.Authorize)).Token, alice.Code());

        Assert.Equal((403, "access_denied", null), (done.Status, done.Error, done.Token));
    }

    [Fact]
    public async Task FormThatCannotBeRepeated_IsRefused()
    {
        using var form = new MultipartFormDataContent { { new StringContent("alice"), "user" }, { new ByteArrayContent([1, 2, 3]), "file", "a.bin" } };
        var refused = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/authorize") { Content = form });

        Assert.Equal((403, "access_denied", null), (refused.Status, refused.Error, refused.Token));
        Assert.Contains(_host.Logs.Lines, line => line.Contains("can't be repeated", StringComparison.Ordinal));
    }

    private async Task<Reply> VerifyAsync(string path) => await _client.AnswerAsync((await _client.GetAsync(path)).Token, _alice.Code());

    private async Task<Page> VerifyInBrowserAsync(string path) =>
        await _browser.AnswerAsync(await _browser.GetAsync((await _browser.GetAsync(path)).Location!), _alice.Code());

    private static Dictionary<string, string[]> ClaimsOf(string code) => JsonSerializer.Deserialize<Dictionary<string, string[]>>(Convert.FromBase64String(code))!;
}
