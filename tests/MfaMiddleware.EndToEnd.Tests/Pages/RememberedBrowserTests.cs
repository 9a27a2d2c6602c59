using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.Pages;

/// <summary>"Don't ask again in this browser", by whoever has a key; and the list on which the browser is removed.</summary>
[Collection(SecondBrowserTests.Name)]
public sealed class RememberedBrowserTests(Chromium chromium, KeyHost site) : IClassFixture<KeyHost>
{
    private const string Box = "Don’t ask again in this browser for 14 days";

    [Fact]
    public async Task TickedBox_SparesTheNextChallenge_UntilTheBrowserIsRemoved()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await context.NewPageAsync();
        await VirtualKey.PlugInAsync(page);
        await SetUpAsync(page);

        // Ticked before the key is asked, and sent with what it answers.
        await SignInAgainAsync(page);
        await page.ExpectVerifyAsync();
        await Assertions.Expect(page.GetByLabel(Box)).Not.ToBeCheckedAsync();
        await page.GetByLabel(Box).CheckAsync();
        await page.AssertLooksAsync("key-verify-remember");
        await UseAsync(page);
        await page.ExpectHomeAsync("trusting");

        await SignInAgainAsync(page);
        await page.ExpectHomeAsync("trusting");
        Assert.Equal("pwd", await page.Locator("#amr").TextContentAsync());
        await RemoveThisBrowserAsync(page);

        await SignInAgainAsync(page);
        await page.ExpectVerifyAsync();
    }

    private static async Task RemoveThisBrowserAsync(IPage page)
    {
        // It was let in without a proof, and a change needs one.
        await page.GotoAsync("/mfa/manage");
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = "Confirm it’s you" }));
        await Assertions.Expect(page.GetByLabel(Box)).ToHaveCountAsync(0);
        await UseAsync(page);
        await page.ExpectHeadingAsync("Two-factor authentication");

        var browser = page.Locator(".mfa-devices > li");
        await Assertions.Expect(browser).ToContainTextAsync("This browser");
        await Assertions.Expect(browser).ToContainTextAsync("You aren’t asked there until");
        await browser.Locator("summary").ClickAsync();
        await page.AssertLooksAsync("manage-browsers");
        await page.ClickThroughAsync(browser.GetByRole(AriaRole.Button, new() { Name = "Remove this browser" }));
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Done. The next sign-in there has to be confirmed.");
        await Assertions.Expect(browser).ToHaveCountAsync(0);
    }

    private static async Task SetUpAsync(IPage page)
    {
        await page.SignInHereAsync("trusting");
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = "Security key" }));
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Link, new() { Name = "Continue" }));
        await page.Locator("input[name=saved]").CheckAsync();
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = "Continue" }));
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up your security key" }).ClickAsync();
        await page.ExpectHomeAsync("trusting");
    }

    /// <summary>With nothing of the session before: what the browser is known by stays.</summary>
    private static async Task SignInAgainAsync(IPage page)
    {
        foreach (var cookie in await page.Context.CookiesAsync())
        {
            if (!cookie.Name.Contains("mfa-device-", StringComparison.Ordinal)) await page.Context.ClearCookiesAsync(new() { Name = cookie.Name });
        }

        await page.SignInHereAsync("trusting");
    }

    private static Task UseAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Use your security key" }).ClickAsync();
}
