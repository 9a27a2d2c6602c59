using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.Pages;

/// <summary>Security keys on the real pages, by Chromium's virtual authenticators.</summary>
[Collection(SecondBrowserTests.Name)]
public sealed class SecurityKeyTests(Chromium chromium, KeyHost site) : IClassFixture<KeyHost>
{
    [Theory]
    [InlineData("ctap2", "internal", true, "pwd pop user mfa")]
    [InlineData("ctap2", "usb", false, "pwd pop mfa")]
    [InlineData("u2f", "usb", false, "pwd pop mfa")]
    public async Task B123_KeyOfEachKind_IsSetUpAndSignsInByKeyboard(string protocol, string transport, bool verifiesUser, string amr)
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await context.NewPageAsync();
        await VirtualKey.PlugInAsync(page, protocol, transport, verifiesUser);
        var user = $"{protocol}-{transport}";

        await SetUpAsync(page, user, looks: transport == "internal");
        Assert.Equal(amr, await page.Locator("#amr").TextContentAsync());

        await context.ClearCookiesAsync();
        await page.SignInHereAsync(user);
        if (transport == "internal") await page.AssertLooksAsync("key-verify");
        await UseByKeyboardAsync(page);
        await page.ExpectHomeAsync(user);
        Assert.Equal(amr, await page.Locator("#amr").TextContentAsync());
    }

    [Fact]
    public async Task SecondKey_IsAddedOnTheManagePageAndTheFirstIsRefusedThere()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await context.NewPageAsync();
        var key = await VirtualKey.PlugInAsync(page);
        await SetUpAsync(page, "two-keys");

        // The one key that is there is registered already: the browser says so, and so does the page.
        await page.GotoAsync("/mfa/manage");
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = "Add: Security key" }));
        await Assertions.Expect(page.GetByText("This key is set up already.")).ToBeVisibleAsync();
        await page.AssertLooksAsync("key-add-registered");

        await key.ReplaceAsync("nfc");
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await page.ExpectHeadingAsync("Two-factor authentication");
        Assert.Equal(2, await page.Locator(".mfa-factors:not(.mfa-devices) > li").CountAsync());
    }

    [Fact]
    public async Task RemovedKey_NoLongerSignsInAndTheOtherStillDoes()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await context.NewPageAsync();
        var key = await VirtualKey.PlugInAsync(page);
        await SetUpAsync(page, "removed-key");
        await page.GotoAsync("/mfa/manage");
        await NameTheOnlyKeyAsync(page, "The old one");
        await key.ReplaceAsync("usb");
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = "Add: Security key" }));
        await page.ExpectHeadingAsync("Two-factor authentication");
        await context.ClearCookiesAsync();
        await page.SignInHereAsync("removed-key");
        await UseAsync(page);
        await page.ExpectHomeAsync("removed-key");

        await page.GotoAsync("/mfa/manage");
        var added = page.Locator(".mfa-factors:not(.mfa-devices) > li").Filter(new() { HasNotText = "The old one" });
        await added.Locator("summary", new() { HasText = "Remove" }).ClickAsync();
        await page.ClickThroughAsync(added.GetByRole(AriaRole.Button, new() { Name = "Remove" }));
        await Assertions.Expect(page.Locator(".mfa-factors:not(.mfa-devices) > li")).ToHaveTextAsync([new Regex("The old one")]);

        // The key that is plugged in is the removed one, by the same way as the one that is left: it is asked, and has no answer.
        await context.ClearCookiesAsync();
        await page.SignInHereAsync("removed-key");
        await UseAsync(page);
        await Assertions.Expect(page.GetByText("That was cancelled, or it took too long.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task B123_KeyThatLies_IsRefusedAndTheNextTryIsANewCeremony()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await context.NewPageAsync();
        var key = await VirtualKey.PlugInAsync(page, "ctap2", "internal", true);
        site.Set(("UserVerification", "Required"));
        try
        {
            await SetUpAsync(page, "liar");
            await context.ClearCookiesAsync();
            await page.SignInHereAsync("liar");
            foreach (var (lie, left) in new[] { ("isBogusSignature", 4), ("isBadUV", 3), ("isBadUP", 2) })
            {
                await key.LieAsync(lie, true);
                await UseAsync(page);
                await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync($"That key wasn’t accepted. You have {left} attempts left.");
                await key.LieAsync(lie, false);
            }

            // A user whom the key doesn't recognize gets no answer out of it: the browser says so, and it costs no attempt.
            await key.RecognizeUserAsync(false);
            await UseAsync(page);
            await Assertions.Expect(page.GetByText("That was cancelled, or it took too long.")).ToBeVisibleAsync();
            await key.RecognizeUserAsync(true);
            await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
            await page.ExpectHomeAsync("liar");
            Assert.Equal("pwd pop user mfa", await page.Locator("#amr").TextContentAsync());
        }
        finally
        {
            site.Set(("UserVerification", "Preferred"));
        }
    }

    [Fact]
    public async Task KeyOfSomebodyElse_IsExplained_AndARecoveryCodeStillWorks()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await context.NewPageAsync();
        var key = await VirtualKey.PlugInAsync(page);
        var codes = await SetUpAsync(page, "wrong-key");
        await context.ClearCookiesAsync();
        await key.ForgetAsync();
        await page.SignInHereAsync("wrong-key");

        await UseAsync(page);
        await Assertions.Expect(page.GetByText("That was cancelled, or it took too long.")).ToBeVisibleAsync();
        await page.AssertLooksAsync("key-not-there");

        await page.GetByText("Try another way").ClickAsync();
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Link, new() { Name = "Recovery code" }));
        await page.Locator("input[name=code]").FillAsync(codes[0]);
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = "Verify" }));
        await page.ExpectHomeAsync("wrong-key");
    }

    [Fact]
    public async Task WithoutScript_ThePageSaysWhatIsMissing()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await context.NewPageAsync();
        await VirtualKey.PlugInAsync(page);
        await SetUpAsync(page, "no-script");

        await using var plain = await chromium.NewContextAsync(site.Address, javaScript: false);
        var other = await plain.NewPageAsync();
        await other.SignInHereAsync("no-script");
        await UseAsync(other);
        await Assertions.Expect(other.GetByText("Security keys need JavaScript")).ToBeVisibleAsync();
    }

    private static async Task NameTheOnlyKeyAsync(IPage page, string name)
    {
        await page.Locator("summary", new() { HasText = "Rename" }).ClickAsync();
        await page.Locator(".mfa-factors input[name=name]").FillAsync(name);
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = "Save" }));
        await page.ExpectHeadingAsync("Two-factor authentication");
    }

    private static async Task UseByKeyboardAsync(IPage page)
    {
        var button = page.GetByRole(AriaRole.Button, new() { Name = "Use your security key" });
        for (var i = 0; i < 20 && !await button.EvaluateAsync<bool>("button => button === document.activeElement"); i++) await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
    }

    private static Task UseAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Use your security key" }).ClickAsync();

    /// <returns>The recovery codes.</returns>
    private static async Task<IReadOnlyList<string>> SetUpAsync(IPage page, string user, bool looks = false)
    {
        await page.SignInHereAsync(user);
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = "Security key" }));
        if (looks) await page.AssertLooksAsync("key-setup");
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Link, new() { Name = "Continue" }));
        var codes = await page.Locator("code").AllTextContentsAsync();
        await page.Locator("input[name=saved]").CheckAsync();
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = "Continue" }));
        if (looks) await page.AssertLooksAsync("key-setup-confirm");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up your security key" }).ClickAsync();
        await page.ExpectHomeAsync(user);
        return codes;
    }
}
