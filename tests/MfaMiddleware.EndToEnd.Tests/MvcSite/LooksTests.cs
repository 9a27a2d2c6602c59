using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

/// <summary>Every page of an ordinary day, on a dark phone and a light desktop.</summary>
[Collection(SecondBrowserTests.Name)]
public sealed class LooksTests(Chromium chromium, PlainMvcSite site) : IClassFixture<PlainMvcSite>
{
    [Fact]
    public async Task EveryPage_IsAccessible_InLightAndDark()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await context.NewPageAsync();

        await OpenTransferAsync(page);
        var user = await LookAtSetUpAsync(page);
        await LookAtManageAsync(page);

        await page.SignOutAsync();
        await OpenTransferAsync(page);
        await LookAtVerifyAsync(page, user);
        await LookAtConfirmAsync(page);
    }

    private static async Task OpenTransferAsync(IPage page)
    {
        await page.SignInAsync("alice");
        await page.ExpectProfileAsync("alice");
        await page.GotoAsync("/account/transfer");
    }

    private static async Task<EnrolledUser> LookAtSetUpAsync(IPage page)
    {
        await page.ExpectHeadingAsync("Scan the QR code");
        await page.AssertLooksAsync("setup-scan");
        var secret = await page.ReadSecretAsync();
        await page.AssertLooksAsync("setup-scan-key");
        await page.GetByRole(AriaRole.Link, new() { Name = "Continue" }).ClickAsync();
        var user = new EnrolledUser(secret, await page.ReadRecoveryCodesAsync("Save your recovery codes"));
        await page.AssertLooksAsync("setup-codes");
        await page.ConfirmSavedAsync();
        await page.AssertLooksAsync("setup-confirm");
        await page.AnswerAsync(await user.Authenticator.WrongCodeAsync(), "Finish");
        await page.ExpectErrorAsync("You have 4 attempts left.");
        await page.AssertLooksAsync("setup-confirm-wrong");
        await page.AnswerAsync(await user.Authenticator.NextCodeAsync(), "Finish");
        await page.ExpectHeadingAsync("Transfer money");
        await page.AssertLooksAsync("site-transfer");
        return user;
    }

    private static async Task LookAtManageAsync(IPage page)
    {
        await page.GotoAsync("/mfa/manage");
        await page.AssertLooksAsync("manage");
        foreach (var summary in await page.Locator("summary").AllAsync())
            await summary.ClickAsync();
        await page.AssertLooksAsync("manage-open");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add: Authenticator app" }).ClickAsync();
        await page.ExpectHeadingAsync("Scan the QR code");
        await page.AssertLooksAsync("manage-add");
        await page.GotoAsync("/mfa/manage");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make new recovery codes" }).ClickAsync();
        await page.ExpectHeadingAsync("Your new recovery codes");
        await page.AssertLooksAsync("manage-codes");
        await page.GotoAsync("/account/profile");
    }

    private static async Task LookAtVerifyAsync(IPage page, EnrolledUser user)
    {
        await page.ExpectVerifyAsync();
        await page.AssertLooksAsync("verify");
        await page.AnswerAsync(await user.Authenticator.WrongCodeAsync());
        await page.ExpectErrorAsync("You have 4 attempts left.");
        await page.GetByText("Try another way").ClickAsync();
        await page.AssertLooksAsync("verify-wrong");
        await page.GetByRole(AriaRole.Link, new() { Name = "Recovery code" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Recovery code")).ToBeVisibleAsync();
        await page.AssertLooksAsync("verify-recovery");
    }

    /// <summary>The page of someone whose proof is missing or too old.</summary>
    private static async Task LookAtConfirmAsync(IPage page)
    {
        await page.GotoAsync("/mfa/manage");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Confirm it’s you" })).ToBeVisibleAsync();
        await page.AssertLooksAsync("manage-confirm");
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm it’s you" }).ClickAsync();
        await page.ExpectVerifyAsync();
    }
}
