using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

[Collection(SecondBrowserTests.Name)]
public sealed class StepUpTests(Chromium chromium, PlainMvcSite site)
{
    [Theory]
    [InlineData("alice", true)]
    [InlineData("bob", false)]
    public async Task SensitivePage_AsksForAProof_AndIsShownAfterIt(string name, bool javaScript)
    {
        await using var context = await chromium.NewContextAsync(site.Address, javaScript);
        var page = await context.NewPageAsync();

        // Who has no factor sets one up on the way.
        await OpenTransferAsync(page, name);
        var user = await page.SetUpAsync();
        await ExpectTransferAsync(page);

        await page.SignOutAsync();
        await OpenTransferAsync(page, name);
        await page.ExpectVerifyAsync();
        await page.AnswerAsync(await user.Authenticator.WrongCodeAsync());
        await page.ExpectErrorAsync("You have 4 attempts left.");
        await page.AnswerAsync(await user.Authenticator.NextCodeAsync());
        await ExpectTransferAsync(page);

        // The proof is fresh: nothing is asked again.
        await page.GotoAsync("/account/profile");
        await page.GotoAsync("/account/transfer");
        await ExpectTransferAsync(page);

        await SendWithoutAProofAsync(context, page, name, user, javaScript);
    }

    /// <summary>In another tab the user signs in anew, without a second factor: the form that waits in the first has lost its proof.</summary>
    private static async Task SendWithoutAProofAsync(IBrowserContext context, IPage page, string name, EnrolledUser user, bool javaScript)
    {
        await page.GetByLabel("To").FillAsync("Carol & sons");
        await page.GetByLabel("Amount").FillAsync("25");
        var other = await context.NewPageAsync();
        await other.GotoAsync("/account/profile");
        await other.SignOutAsync();
        await other.SignInAsync(name);
        await other.ExpectProfileAsync(name);

        await page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = "Send" }));
        await page.ExpectVerifyAsync();
        await page.GetByText("Try another way").ClickAsync();
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Link, new() { Name = "Recovery code" }));
        await page.AnswerAsync(user.TakeRecoveryCode());

        await page.ExpectHeadingAsync("You are almost there");
        if (javaScript) await page.AssertLooksAsync("continue");
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = "Continue" }));
        await page.ExpectHeadingAsync("The money is on its way");
        Assert.Equal(("Carol & sons", "25"), (await page.Locator("#to").TextContentAsync(), await page.Locator("#amount").TextContentAsync()));

        // Back is no second transfer.
        await page.GoBackAsync();
        await page.ExpectHeadingAsync("There is nothing left to send");
        if (javaScript) await page.AssertLooksAsync("continue-gone");
    }

    [Fact]
    public async Task Cancel_LeavesTheUserSignedIn_WithoutThePage()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await context.NewPageAsync();
        await OpenTransferAsync(page, "admin");
        await page.ExpectHeadingAsync("Scan the QR code");

        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await page.ExpectHeadingAsync("A small bank, for trying things out");
        await page.GotoAsync("/account/profile");
        await page.ExpectProfileAsync("admin");
    }

    private static async Task OpenTransferAsync(IPage page, string name)
    {
        await page.SignInAsync(name);
        await page.ExpectProfileAsync(name);
        await page.GetByRole(AriaRole.Link, new() { Name = "Transfer" }).ClickAsync();
    }

    private static async Task ExpectTransferAsync(IPage page)
    {
        await page.ExpectHeadingAsync("Transfer money");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/account/transfer$"));
    }
}
