using MfaMiddleware.PagesApp;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace MfaMiddleware.Tests.UI;

/// <summary>tests/MfaMiddleware.PagesApp: an app with a layout, a page and a part of its own, where nothing is open to strangers.</summary>
public sealed class ViewsOfAnAppTests : IAsyncLifetime
{
    private readonly WebApplication _app = PagesHost.Create("--urls", "http://127.0.0.1:0");
    private Browser _browser = null!;

    public async Task InitializeAsync()
    {
        await _app.StartAsync();
        _browser = NewBrowser();
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Stranger_IsSentToTheSignIn()
    {
        var page = await _browser.GetAsync("/");

        Assert.Equal(302, page.Status);
        Assert.Contains("/Account/Login", page.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PageOfTheApp_TakesThePlaceOfOurs_AndTheOthersStay()
    {
        var scan = await _browser.SignInAsync("alice");
        var codes = await SetUpAsync(scan);
        using var later = NewBrowser();

        var verify = await later.SignInAsync("alice");
        var wrong = await later.AnswerAsync(verify, "000000");
        var done = await later.AnswerAsync(wrong, codes[0]);

        Assert.Equal("Scan the QR code", scan.Heading);
        Assert.Equal("The app asks for totp", verify.Heading);
        Assert.All([scan, verify, wrong], page => Assert.NotNull(page.Document.QuerySelector("body#site > main > .mfa")));
        Assert.StartsWith("The app says: That code isn’t right", wrong.Notice, StringComparison.Ordinal);
        Assert.Equal((303, "/"), (done.Status, done.Location));
        Assert.Equal("Hello, alice", (await later.GetAsync("/")).Heading);
    }

    [Fact]
    public async Task PartOfTheApp_TakesThePlaceOfOursInEveryPage()
    {
        var scan = await _browser.SignInAsync("bob");

        var wrong = await _browser.AnswerAsync(await _browser.GetAsync(scan.Path + "&step=confirm&saved=on"), "000000");

        Assert.Equal("Enter the code", wrong.Heading);
        Assert.StartsWith("The app says: ", wrong.Notice, StringComparison.Ordinal);
    }

    /// <summary>The page's token is for nobody, that of the layout's form for the user: both are right with one cookie.</summary>
    [Fact]
    public async Task FormOfTheLayout_WorksOnAPageOfAPendingSignIn()
    {
        var codes = await SetUpAsync(await _browser.SignInAsync("carol"));
        _browser.Cookies.Remove(_browser.Cookies.Keys.Single(name => name.Contains("Antiforgery", StringComparison.Ordinal)));
        var page = await _browser.GetAsync((await _browser.GetAsync("/Account/Secret")).Location!);

        var wrong = await _browser.AnswerAsync(page, "000000");
        var signedOut = await _browser.PostAsync("/Account/Logout", page.FormWith("logout"));

        Assert.Equal("The app asks for totp", page.Heading);
        Assert.Contains("4 attempts left", wrong.Notice, StringComparison.Ordinal);
        Assert.Equal((302, "/goodbye"), (signedOut.Status, signedOut.Location));
        Assert.NotEmpty(codes);
    }

    private Browser NewBrowser() => new(new Uri(_app.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal)), "/Account/Login");

    /// <summary>Ends signed in, with recovery codes.</summary>
    private async Task<IReadOnlyList<string>> SetUpAsync(Page scan)
    {
        var secret = scan.Document.QuerySelector("#secret")!.TextContent.Replace(" ", "", StringComparison.Ordinal);
        var codes = await _browser.GetAsync(scan.Path.Replace("setup", "codes", StringComparison.Ordinal));
        var confirm = await _browser.GetAsync(scan.Path + "&step=confirm&saved=on");
        Assert.Equal(303, (await _browser.AnswerAsync(confirm, new TotpDevice("", secret, TimeProvider.System).Code())).Status);
        return codes.RecoveryCodes;
    }
}
