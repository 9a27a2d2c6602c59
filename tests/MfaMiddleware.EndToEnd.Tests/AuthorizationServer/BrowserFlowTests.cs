using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MfaMiddleware.EndToEnd.Tests.MvcSite;
using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.AuthorizationServer;

/// <summary>The code flow of a client that nobody here wrote, with its user in a browser.</summary>
[Collection(SecondBrowserTests.Name)]
public sealed class BrowserFlowTests(Chromium chromium, AuthorizationServerSample server) : IAsyncLifetime
{
    private NpmClient _client = null!;
    private IBrowserContext _browser = null!;
    private IPage _page = null!;

    public async Task InitializeAsync()
    {
        _client = await NpmClient.StartAsync(server);
        _browser = await chromium.NewContextAsync(server.Address);
        _page = await _browser.NewPageAsync();
    }

    public async Task DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _client.DisposeAsync();
    }

    [Fact]
    public async Task User_AnswersOnce_AndAgainWhereTheClientAsksForIt()
    {
        var first = await SignInAsync();
        Assert.Equal(["mfa", "pwd"], Amr(first));
        Assert.Equal(("urn:mfa:2", "Alice", "alice@example.com"), (Claim(first, "acr"), Claim(first, "name"), Claim(first, "email")));
        var about = await _client.SendAsync("userinfo");
        Assert.Equal(("1", "Alice"), ((string)about["sub"]!, (string)about["name"]!));

        // The session at the server is enough for the next code: with the first one's proof, and its time.
        var silent = await _client.CallbackAsync(await GoAsync(await _client.AuthorizeAsync(new { prompt = "none" })));
        Assert.Equal(Claim(first, "auth_time"), Claim(silent, "auth_time"));
        Assert.Equal("interaction_required", await ErrorAsync(new { prompt = "none", max_age = "0" }));
        Assert.Equal("unmet_authentication_requirements", await ErrorAsync(new { acr_values = "urn:mfa:3" }));
        Assert.Equal("unmet_authentication_requirements", await ErrorAsync(new { acr_values = "urn:unknown" }));

        await _page.GotoAsync(await _client.AuthorizeAsync(new { max_age = "0", acr_values = "urn:mfa:2 urn:mfa:3" }));
        await _page.ExpectVerifyAsync();
        var fresh = await _client.CallbackAsync(await AnswerAsync());
        // In seconds, so it may be the same one; that it is young enough for max_age=0 the client has checked.
        Assert.InRange(Time(fresh), Time(first), long.MaxValue);
    }

    [Fact]
    public async Task PromptLogin_SignsInAnew_WithItsSecondFactor()
    {
        Assert.Equal("login_required", await ErrorAsync(new { prompt = "none" }));
        await SignInAsync();

        await _page.GotoAsync(await _client.AuthorizeAsync(new { prompt = "login" }));
        await LogInAsync();
        await _page.ExpectVerifyAsync();
        Assert.NotNull((await _client.CallbackAsync(await AnswerAsync()))["claims"]);
    }

    private async Task<JsonNode> SignInAsync()
    {
        await _page.GotoAsync(await _client.AuthorizeAsync(new { scope = "openid profile email", login_hint = "alice@example.com" }));
        await Assertions.Expect(_page.GetByLabel("E-mail")).ToHaveValueAsync("alice@example.com");
        await _page.AssertLooksAsync("server-login");
        await LogInAsync();
        await _page.ExpectVerifyAsync();
        return await _client.CallbackAsync(await AnswerAsync());
    }

    private async Task LogInAsync()
    {
        await _page.GetByLabel("E-mail").FillAsync(Person.EmailOf("alice"));
        await _page.GetByLabel("Password").FillAsync(Person.PasswordOf("alice"));
        await _page.ClickThroughAsync(_page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }));
    }

    // With recovery codes: an authenticator has no third code within a minute, and no test waits for one.
    private async Task<string> AnswerAsync()
    {
        await _page.Locator("input[name=code]").FillAsync(server.Alice.TakeRecoveryCode());
        return await ReachClientAsync(() => _page.GetByRole(AriaRole.Button, new() { Name = "Verify" }).ClickAsync());
    }

    private async Task<string> ErrorAsync(object parameters) =>
        (string)(await _client.CallbackAsync(await GoAsync(await _client.AuthorizeAsync(parameters))))["error"]!;

    private Task<string> GoAsync(string url) => ReachClientAsync(() => _page.GotoAsync(url));

    private async Task<string> ReachClientAsync(Func<Task> action)
    {
        await action();
        // Looked at again and again: the end of the page's loading may have been told before anybody waited for it.
        await Assertions.Expect(_page).ToHaveURLAsync(new Regex("^" + Regex.Escape(server.RedirectUri)), new() { Timeout = 60_000 });
        return _page.Url;
    }

    private static string[] Amr(JsonNode tokens) => [.. tokens["claims"]!["amr"]!.AsArray().Select(value => (string)value!).Order()];

    private static string Claim(JsonNode tokens, string name) => tokens["claims"]?[name]?.ToString() ?? throw new InvalidOperationException(tokens.ToJsonString());

    private static long Time(JsonNode tokens) => long.Parse(Claim(tokens, "auth_time"), CultureInfo.InvariantCulture);
}
