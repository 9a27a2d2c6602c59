using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace MfaMiddleware.EndToEnd.Tests;

/// <summary>What people do on the pages of the product.</summary>
internal static class MfaPages
{
    public static Task ExpectHeadingAsync(this IPage page, string text) =>
        Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(text);

    public static async Task ExpectVerifyAsync(this IPage page)
    {
        await page.ExpectHeadingAsync("Confirm it’s you");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(@"/mfa/verify\?"));
    }

    public static Task ExpectErrorAsync(this IPage page, string text) =>
        Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync(text);

    /// <summary>The whole set-up: the secret and the recovery codes are read from the pages. Ends with the last click.</summary>
    public static async Task<EnrolledUser> SetUpAsync(this IPage page)
    {
        var secret = await page.ReadSecretAsync();
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Link, new() { Name = "Continue" }));
        var user = new EnrolledUser(secret, await page.ReadRecoveryCodesAsync("Save your recovery codes"));
        await page.ConfirmSavedAsync();
        await page.AnswerAsync(await user.Authenticator.NextCodeAsync(), "Finish");
        return user;
    }

    public static async Task<string> ReadSecretAsync(this IPage page)
    {
        await page.ExpectHeadingAsync("Scan the QR code");
        await page.GetByText("Can’t scan? Enter a key").ClickAsync();
        var secret = page.Locator("#secret");
        await Assertions.Expect(secret).ToBeVisibleAsync();
        return (await secret.InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal);
    }

    public static async Task<IReadOnlyList<string>> ReadRecoveryCodesAsync(this IPage page, string heading)
    {
        await page.ExpectHeadingAsync(heading);
        var codes = page.GetByRole(AriaRole.List, new() { Name = "Recovery codes" }).GetByRole(AriaRole.Listitem);
        await Assertions.Expect(codes).ToHaveCountAsync(10);
        return [.. (await codes.AllInnerTextsAsync()).Select(code => code.Trim())];
    }

    public static async Task ConfirmSavedAsync(this IPage page)
    {
        await page.GetByLabel("I have saved my recovery codes").CheckAsync();
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = "Continue" }));
        await page.ExpectHeadingAsync("Enter the code");
    }

    /// <summary>Fills in the code and posts it; the caller expects what must be seen next.</summary>
    public static async Task AnswerAsync(this IPage page, string code, string button = "Verify")
    {
        await page.Locator("input[name=code]").FillAsync(code);
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = button }));
    }
}
