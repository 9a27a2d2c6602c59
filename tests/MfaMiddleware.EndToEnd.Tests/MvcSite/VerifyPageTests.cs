using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

[Collection(BrowserTests.Name)]
public sealed class VerifyPageTests(Chromium chromium, EnrolledMvcSite site) : IClassFixture<EnrolledMvcSite>
{
    [Fact]
    public async Task WrongCode_SaysHowManyAttemptsAreLeft_AndTheLastOneEndsTheSignIn()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await StartSignInAsync(context, "admin");
        var wrong = await site["admin"].Authenticator.WrongCodeAsync();

        foreach (var left in new[] { "4 attempts", "3 attempts", "2 attempts", "one attempt" })
        {
            await page.AnswerAsync(wrong);
            await page.ExpectErrorAsync($"That code isn’t right, or it has been used already. You have {left} left.");
        }

        await page.AnswerAsync(wrong);
        await page.ExpectHeadingAsync("Too many wrong codes");
        await ExpectWayBackAsync(page);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DoubleClick_SignsInOnce(bool javaScript)
    {
        await using var context = await chromium.NewContextAsync(site.Address, javaScript);
        var page = await StartSignInAsync(context, "alice");

        await page.Locator("input[name=code]").FillAsync(site["alice"].TakeRecoveryCode());
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify" }).DblClickAsync();

        await page.ExpectProfileAsync("alice");
    }

    [Fact]
    public async Task BackButtonAfterCompletion_LeadsOnToWhereTheSignInWent()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await StartSignInAsync(context, "alice");
        await page.AnswerAsync(site["alice"].TakeRecoveryCode());
        await page.ExpectProfileAsync("alice");

        await page.GoBackAsync();

        await page.ExpectProfileAsync("alice");
    }

    [Fact]
    public async Task Cancel_LeadsBackToTheSignIn_AndItsPageHasEnded()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await StartSignInAsync(context, "bob");
        var address = page.Url;

        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await page.ExpectHeadingAsync("Sign in");
        await page.GotoAsync(address);

        await page.ExpectHeadingAsync("This sign-in has ended");
        await ExpectWayBackAsync(page);
    }

    [Fact]
    public async Task UnknownSignIn_LeadsBackToTheSignIn()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await StartSignInAsync(context, "bob");

        var response = await page.GotoAsync("/mfa/verify?id=AAAAAAAAAAAAAAAAAAAAAA");

        Assert.Equal(400, response!.Status);
        await page.ExpectHeadingAsync("This sign-in has ended");
        await ExpectWayBackAsync(page);
    }

    [Fact]
    public async Task SignInOfAnotherBrowser_IsAPageThatSaysSo_WithoutARedirect()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        await using var other = await chromium.NewContextAsync(site.Address);
        var address = (await StartSignInAsync(context, "bob")).Url;
        var page = await other.NewPageAsync();

        var response = await page.GotoAsync(address);

        Assert.Equal((400, address), (response!.Status, page.Url));
        Assert.Null(response.Request.RedirectedFrom);
        await page.ExpectHeadingAsync("Your browser didn’t send the cookie of this sign-in");
        await ExpectWayBackAsync(page);
    }

    private static async Task<IPage> StartSignInAsync(IBrowserContext context, string name)
    {
        var page = await context.NewPageAsync();
        await page.SignInAsync(name);
        await page.ExpectVerifyAsync();
        return page;
    }

    private static async Task ExpectWayBackAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Back to sign-in" }).ClickAsync();
        await page.ExpectHeadingAsync("Sign in");
    }
}
