using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.UI;

public sealed class VerifyPageTests : IAsyncLifetime
{
    private TestHost _host = null!;
    private Browser _browser = null!;
    private TotpDevice _device = null!;

    public async Task InitializeAsync()
    {
        _host = await TestHost.StartAsync(o => o.Mfa = mfa => mfa.AddUI());
        _browser = new Browser(_host);
        _device = await _host.EnrollTotpAsync("alice");
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task RightCode_LeadsToWhereTheHostWouldHaveGone()
    {
        var page = await _browser.SignInAsync("alice");
        Assert.False(await _browser.IsSignedInAsync());

        var done = await _browser.AnswerAsync(page, _device.Code());

        Assert.Equal(303, done.Status);
        Assert.Equal("/home", done.Location);
        Assert.True(await _browser.IsSignedInAsync());
    }

    [Fact]
    public async Task Input_IsTheOneThatPhonesFill()
    {
        var page = await _browser.SignInAsync("alice");

        var input = Assert.Single(page.Document.QuerySelectorAll("input[name=code]"));
        Assert.Equal("one-time-code", input.GetAttribute("autocomplete"));
        Assert.Equal("numeric", input.GetAttribute("inputmode"));
        Assert.True(input.HasAttribute("autofocus"));
    }

    [Fact]
    public async Task WrongCode_ShowsTheFormAgainWithTheAttemptsLeft()
    {
        var page = await _browser.SignInAsync("alice");

        var again = await _browser.AnswerAsync(page, _device.WrongCode());

        Assert.Equal(200, again.Status);
        Assert.Contains("4 attempts left", again.Notice, StringComparison.Ordinal);
        var input = again.Document.QuerySelector("#code")!;
        Assert.Equal("true", input.GetAttribute("aria-invalid"));
        Assert.Contains("notice", input.GetAttribute("aria-describedby")!, StringComparison.Ordinal);
        Assert.Equal(303, (await _browser.AnswerAsync(again, _device.Code())).Status);
    }

    [Fact]
    public async Task StaleForm_IsShownAgainAndCostsNoAttempt()
    {
        var first = await _browser.SignInAsync("alice");
        var second = await _browser.AnswerAsync(first, _device.WrongCode());

        var stale = await _browser.AnswerAsync(first, _device.WrongCode(7));
        var third = await _browser.AnswerAsync(stale, _device.WrongCode(9));

        Assert.Contains("out of date", stale.Notice, StringComparison.Ordinal);
        Assert.Equal(second.FormWith("code")["version"], stale.FormWith("code")["version"]);
        Assert.Contains("3 attempts left", third.Notice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LastWrongCode_EndsTheSignIn()
    {
        var page = await _browser.SignInAsync("alice");
        for (var i = 0; i < 5; i++) page = await _browser.AnswerAsync(page, _device.WrongCode(i));

        Assert.Equal("Too many wrong codes", page.Heading);
        Assert.Equal("/Account/Login", page.Document.QuerySelector("a.mfa-button")!.GetAttribute("href"));
    }

    [Fact]
    public async Task CompletedSession_RedirectsToWhereItWent()
    {
        var page = await _browser.SignInAsync("alice");
        await _browser.AnswerAsync(page, _device.Code());

        var doubleClick = await _browser.AnswerAsync(page, _device.Code());
        var backButton = await _browser.GetAsync(page.Path);

        Assert.Equal((303, "/home"), (doubleClick.Status, doubleClick.Location));
        Assert.Equal((303, "/home"), (backButton.Status, backButton.Location));
    }

    /// <summary>
    /// A browser without script drops the first answer of a double click, its cookie included. One answer is one sign-in: the second
    /// brings no cookie, it leads to where the first went, and the app asks there for a new sign-in.
    /// </summary>
    [Fact]
    public async Task CompletedSessionWhoseCookieWasLost_LeadsOnAndMakesNoSecondSignIn()
    {
        var page = await _browser.SignInAsync("alice");
        await _browser.AnswerAsync(page, _device.Code());
        Assert.True(_browser.Cookies.Remove(".AspNetCore.Cookies"));

        var second = await _browser.AnswerAsync(page, _device.Code());

        Assert.Equal((303, "/home"), (second.Status, second.Location));
        Assert.False(await _browser.IsSignedInAsync());
        _host.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(303, (await _browser.AnswerAsync(await _browser.SignInAsync("alice"), _device.Code())).Status);
    }

    [Fact]
    public async Task TwoTabs_TheSecondAnswersAfterTheFirstHasSignedIn()
    {
        var (first, second) = (await _browser.SignInAsync("alice"), await _browser.SignInAsync("alice"));
        await _browser.AnswerAsync(first, _device.Code());
        Assert.True(await _browser.IsSignedInAsync());
        _host.Clock.Advance(TimeSpan.FromSeconds(30));

        var done = await _browser.AnswerAsync(second, _device.Code());

        Assert.Equal((303, "/home"), (done.Status, done.Location));
    }

    [Fact]
    public async Task TokenOfThePage_ChangesNoFactors()
    {
        var (first, second) = (await _browser.SignInAsync("alice"), await _browser.SignInAsync("alice"));
        await _browser.AnswerAsync(first, _device.Code());
        var fields = second.FormWith("code");
        (fields["do"], fields["id"]) = ("remove", _device.FactorId);

        var refused = await _browser.PostAsync("/mfa/manage", fields);

        Assert.Equal(400, refused.Status);
        Assert.Contains("nothing was checked", refused.Notice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmptyCode_CostsNoAttempt()
    {
        var page = await _browser.SignInAsync("alice");

        var empty = await _browser.AnswerAsync(page, "");
        var wrong = await _browser.AnswerAsync(empty, _device.WrongCode());

        Assert.Equal("Enter a code.", empty.Notice);
        Assert.Contains("4 attempts left", wrong.Notice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingAntiforgeryToken_ShowsTheFormAgainAndCostsNoAttempt()
    {
        var page = await _browser.SignInAsync("alice");
        var fields = page.FormWith("code");
        fields.Remove("__RequestVerificationToken");
        fields["code"] = _device.Code();

        var refused = await _browser.PostAsync("/mfa/verify", fields);

        Assert.Equal(400, refused.Status);
        Assert.Contains("nothing was checked", refused.Notice, StringComparison.Ordinal);
        Assert.False(await _browser.IsSignedInAsync());
        Assert.Equal(303, (await _browser.AnswerAsync(refused, _device.Code())).Status);
    }

    [Theory]
    [InlineData("https://evil.example", null)]
    [InlineData("null", "cross-site")]
    [InlineData("null", "same-site")]
    public async Task FormOfAnotherSite_IsRefused(string origin, string? site)
    {
        var page = await _browser.SignInAsync("alice");
        var fields = page.FormWith("code");
        fields["code"] = _device.Code();
        (string, string)[] headers = site is null ? [("Origin", origin)] : [("Origin", origin), ("Sec-Fetch-Site", site)];

        var refused = await _browser.PostAsync("/mfa/verify", fields, headers);

        Assert.Equal(403, refused.Status);
        Assert.False(await _browser.IsSignedInAsync());
    }

    [Fact]
    public async Task OwnFormWithoutReferrer_IsTaken()
    {
        var page = await _browser.SignInAsync("alice");
        var fields = page.FormWith("code");
        fields["code"] = _device.Code();

        var done = await _browser.PostAsync("/mfa/verify", fields, ("Origin", "null"), ("Sec-Fetch-Site", "same-origin"));

        Assert.Equal((303, "/home"), (done.Status, done.Location));
    }

    [Fact]
    public async Task WithoutAnId_TheNewestSessionIsShown()
    {
        await _browser.SignInAsync("alice");
        var newest = await _browser.SignInAsync("alice");

        var page = await _browser.GetAsync("/mfa/verify");

        Assert.Equal(newest.FormWith("code")["id"], page.FormWith("code")["id"]);
    }

    [Fact]
    public async Task WithoutASession_ThePageLeadsBackToTheSignIn()
    {
        var page = await _browser.GetAsync("/mfa/verify");

        Assert.Equal((400, "This sign-in has ended"), (page.Status, page.Heading));
        Assert.Equal("/Account/Login", page.Document.QuerySelector("a.mfa-button")!.GetAttribute("href"));
    }

    [Fact]
    public async Task MissingCookie_IsExplainedOnThePageAndInTheLog()
    {
        var page = await _browser.SignInAsync("alice");
        using var other = new Browser(_host);

        var problem = await other.GetAsync(page.Path);

        Assert.Equal(400, problem.Status);
        Assert.Null(problem.Location);
        Assert.Contains("cookie", problem.Heading, StringComparison.Ordinal);
        Assert.Contains(_host.Logs.Lines, line => line.Contains("[3003]", StringComparison.Ordinal) && line.Contains("forwarded headers: False", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cancel_EndsTheSessionAndLeadsBack()
    {
        var page = await _browser.SignInAsync("alice");
        var fields = page.FormWith("cancel");
        fields["cancel"] = "1";

        var cancelled = await _browser.PostAsync("/mfa/verify", fields);

        Assert.Equal((303, "/Account/Login"), (cancelled.Status, cancelled.Location));
        Assert.Equal("This sign-in has ended", (await _browser.GetAsync(page.Path)).Heading);
    }

    [Fact]
    public async Task BodyThatIsNoForm_IsAPageAndNoError()
    {
        using var client = _host.Client();

        var json = await client.PostAsync("/mfa/verify", new { id = "x" });

        Assert.Equal(400, json.Status);
        Assert.Contains("text/html", json.Message.Content.Headers.ContentType!.ToString(), StringComparison.Ordinal);
    }
}
