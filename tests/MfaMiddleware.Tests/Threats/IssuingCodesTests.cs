using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Telemetry;
using MfaMiddleware.Tests.Threats.Support;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>An authorization server that gives a client what only a second factor should: Kratos accepted its OAuth logins without one.</summary>
public sealed class IssuingCodesTests : IAsyncLifetime
{
    private TestHost _host = null!;
    private MfaClient _client = null!;
    private TotpDevice _alice = null!;

    public async Task InitializeAsync()
    {
        _host = await TestHost.StartAsync(OpenIdServer.Configure);
        _client = _host.Client();
        _alice = await _host.EnrollTotpAsync("alice");
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
    }

    [Theory]
    [InlineData("query")]
    [InlineData("fragment")]
    [InlineData("form_post")]
    [InlineData("error_page")]
    public async Task B040_SessionOfAPasswordAlone_GetsNoCodeInAnyPartOfTheAnswer(string mode)
    {
        var url = $"/connect/authorize?response_mode={mode}";
        var cookie = await PasswordSessionAsync();

        foreach (var accept in new[] { "text/html", "application/json" })
        {
            var reply = await _client.GetAsync(url, ("Cookie", cookie), ("Accept", accept));
            Assert.DoesNotContain(OpenIdServer.Code, reply.Everything, StringComparison.Ordinal);
            Assert.DoesNotContain("code=", reply.Everything, StringComparison.Ordinal);
        }

        // What was asked for is there once the factor is: the test looks in the right place.
        if (mode == "error_page") return;
        Assert.Contains(OpenIdServer.Code, (await AnswerAsync(url, cookie)).Everything, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&code=")]
    [InlineData("&two_factor_code=")]
    [InlineData("&mfa_token=&otp=")]
    public async Task B042_PasswordGrantOfAnAuthorizationServer_GivesTokensWithAProofAlone(string code)
    {
        const string type = "application/x-www-form-urlencoded";
        var form = $"grant_type=password&username=alice&password=Alice-pass-1{code}";

        var refused = await _client.PostTextAsync("/connect/token", form, type);
        Assert.Equal((403, "mfa_required"), (refused.Status, refused.Error));
        // The token of the question is no answer to it, and neither is nothing.
        foreach (var token in new[] { refused.Token!, "", " " })
        {
            var again = await _client.PostTextAsync("/connect/token", form, type, ("X-MFA-Token", token));
            Assert.Equal((403, "mfa_required"), (again.Status, again.Error));
            Assert.DoesNotContain(OpenIdServer.Code, again.Everything, StringComparison.Ordinal);
        }

        Assert.Contains(_host.Logs.Lines, line => line.Contains("OAuth 2.1 has dropped that grant", StringComparison.Ordinal));
        var proof = await _client.AnswerAsync(refused.Token, _alice.Code());
        var issued = await _client.PostTextAsync("/connect/token", form, type, ("X-MFA-Token", proof.Token!));
        Assert.Contains(OpenIdServer.Code, issued.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B048_PromptNone_IsAnsweredWithAnErrorAndNeverACode()
    {
        Assert.Equal($"{OpenIdServer.Client}?error=login_required", await LocationAsync("prompt=none", ""));

        var answer = await LocationAsync("prompt=none", await PasswordSessionAsync());

        Assert.Equal($"{OpenIdServer.Client}?error=interaction_required", answer);
        Assert.Equal(0, _host.Events.Count(MfaEventNames.SignInChallenged));
    }

    [Fact]
    public async Task B048_MaxAgeZero_TakesAFreshProof_EachTime()
    {
        var cookie = await ProvenSessionAsync();
        Assert.Equal($"{OpenIdServer.Client}?code={OpenIdServer.Code}", await LocationAsync("prompt=none", cookie));
        Assert.Equal($"{OpenIdServer.Client}?error=interaction_required", await LocationAsync("prompt=none&max_age=0", cookie));

        _host.Clock.Advance(TimeSpan.FromSeconds(30));
        var done = await AnswerAsync("/connect/authorize?max_age=0", cookie);

        Assert.Contains(OpenIdServer.Code, done.Everything, StringComparison.Ordinal);
        Assert.Equal("1", (await _client.GetAsync("/connect/authorize?max_age=0", ("Cookie", cookie)))["type"]);
    }

    [Fact]
    public async Task B048_AcrValuesAboveTheSession_AreUnmet()
    {
        var cookie = await ProvenSessionAsync();

        foreach (var query in new[] { "acr_values=urn:mfa:3", "acr_values=urn:mfa:3&prompt=none" })
            Assert.Equal($"{OpenIdServer.Client}?error=unmet_authentication_requirements", await LocationAsync(query, cookie));

        var lower = await _client.GetAsync("/connect/authorize", ("Cookie", cookie));
        Assert.Equal("urn:mfa:2", lower.Message.Headers.GetValues("X-Acr").Single());
    }

    private async Task<string> PasswordSessionAsync()
    {
        var signedIn = await _client.LoginAsync("alice");
        Assert.Equal("alice", signedIn["welcome"]);
        return signedIn.CookieHeader;
    }

    /// <summary>A cookie with a proof, by step-up.</summary>
    private async Task<string> ProvenSessionAsync()
    {
        var cookie = await PasswordSessionAsync();
        var asked = await _client.PostAsync("/mfa/step-up", new { }, ("Cookie", cookie));
        var done = await _client.PostAsync("/mfa", new { mfa_token = asked.Token, code = _alice.Code() }, ("Cookie", cookie));
        return done.CookieHeader;
    }

    private async Task<Reply> AnswerAsync(string url, string cookie)
    {
        var asked = await _client.GetAsync(url, ("Cookie", cookie));
        var proof = await _client.AnswerAsync(asked.Token, _alice.Code());
        return await _client.GetAsync(url, ("Cookie", cookie), ("X-MFA-Token", proof.Token!));
    }

    private async Task<string?> LocationAsync(string query, string cookie) =>
        (await _client.GetAsync($"/connect/authorize?{query}", ("Cookie", cookie))).Message.Headers.Location?.OriginalString;
}
