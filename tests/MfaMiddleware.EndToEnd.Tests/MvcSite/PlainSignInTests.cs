using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

[Collection(SecondBrowserTests.Name)]
public sealed class PlainSignInTests(Chromium chromium, PlainMvcSite site)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RightPassword_LeadsToTheProfile(bool javaScript)
    {
        await using var context = await chromium.NewContextAsync(site.Address, javaScript);
        var page = await context.NewPageAsync();

        await page.GotoAsync("/account/profile");
        await page.PostSignInAsync("alice");

        await page.ExpectProfileAsync("alice");
    }

    [Fact]
    public async Task WrongPassword_ShowsTheFormAgain()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await context.NewPageAsync();

        await page.SignInAsync("alice", "wrong");

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByLabel("E-mail")).ToHaveValueAsync("alice@example.com");
        await Assertions.Expect(page.GetByLabel("Password")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task SignOut_EndsTheSession()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await context.NewPageAsync();
        await page.SignInAsync("alice");
        await page.ExpectProfileAsync("alice");

        await page.SignOutAsync();
        await page.GotoAsync("/account/profile");

        Assert.Equal("/account/login", new Uri(page.Url).AbsolutePath);
    }

    [Fact]
    public async Task EveryPage_IsAccessible()
    {
        await using var context = await chromium.NewContextAsync(site.Address);
        var page = await context.NewPageAsync();

        await page.GotoAsync("/");
        await page.AssertLooksAsync("site-home");
        await page.GotoAsync("/account/login");
        await page.AssertLooksAsync("site-login");
        await page.PostSignInAsync("alice", "wrong");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await page.AssertLooksAsync("site-login-wrong");
        await page.PostSignInAsync("alice");
        await page.ExpectProfileAsync("alice");
        await page.AssertLooksAsync("site-profile");
    }
}
