using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

/// <summary>"Only when the sign-in is suspicious", as alice meets it: and what the page for developers says of each time.</summary>
[Collection(SecondBrowserTests.Name)]
public sealed class SuspiciousJourneyTests(Chromium chromium, SuspiciousMvcSite site) : IClassFixture<SuspiciousMvcSite>
{
    private const string Asked = "Asked for a second factor";
    private const string LetIn = "Let in without a second factor";

    [Fact]
    public async Task User_IsAskedOnceInEachBrowser_AndAgainFromADeniedAddress_AndThePageSaysWhy()
    {
        await using var own = await chromium.NewContextAsync(site.Address);
        var page = await own.NewPageAsync();

        // Nothing is known of her yet: that lets her enrol.
        await page.SignInAsync("alice");
        var user = await page.SetUpAsync();
        await page.ExpectProfileAsync("alice");
        await ExpectDecisionAsync(page, "Asked to set up a second factor", "What made the difference: no_history");

        // The browser is known now.
        await SignInAgainAsync(page);
        await page.ExpectProfileAsync("alice");
        await ExpectDecisionAsync(page, LetIn, "The user has proved a second factor in this browser");

        await ExpectAskedInAnotherBrowserAsync(user);
        await site.DenyThisMachineAsync();
        await SignInUntilAskedAsync(page);
        await Assertions.Expect(page.GetByText("We ask because you come from an address that is not trusted.")).ToBeVisibleAsync();
        await ExpectDecisionAsync(page, Asked, "The address is on a deny list", "Score 100; suspicious from 50 on.", "What made the difference: found_on_deny_list");
        await page.GetByText("The other signals").First.ClickAsync();
        await page.AssertLooksAsync("site-decisions");
    }

    private async Task ExpectAskedInAnotherBrowserAsync(EnrolledUser user)
    {
        await using var other = await chromium.NewContextAsync(site.Address);
        var page = await other.NewPageAsync();
        await page.SignInAsync("alice");
        await page.ExpectVerifyAsync();
        await Assertions.Expect(page.GetByText("We ask because this is a new device.")).ToBeVisibleAsync();
        await page.AssertLooksAsync("verify-why");
        await page.AnswerAsync(await user.Authenticator.NextCodeAsync());
        await page.ExpectProfileAsync("alice");
        await ExpectDecisionAsync(page, Asked, "The user has never proved a second factor in this browser", "What made the difference: new_device");
    }

    /// <summary>A file that was replaced is in force within seconds: the sign-ins until then are let in.</summary>
    private static async Task SignInUntilAskedAsync(IPage page)
    {
        for (var i = 0; i < 100 && !page.Url.Contains("/mfa/verify", StringComparison.Ordinal); i++) await SignInAgainAsync(page);
        await page.ExpectVerifyAsync();
    }

    private static async Task SignInAgainAsync(IPage page)
    {
        await page.Context.ClearCookiesAsync(new() { Name = ".AspNetCore.Cookies" });
        await page.SignInAsync("alice");
    }

    /// <summary>The newest decision, which the page shows first.</summary>
    private static async Task ExpectDecisionAsync(IPage page, string outcome, params string[] texts)
    {
        await page.GotoAsync("/dev/decisions");
        var newest = page.GetByRole(AriaRole.Article).First;
        await Assertions.Expect(newest.GetByRole(AriaRole.Heading)).ToHaveTextAsync(outcome);
        await Assertions.Expect(newest).ToContainTextAsync("alice@example.com");
        foreach (var text in texts) await Assertions.Expect(newest).ToContainTextAsync(text);
    }
}
