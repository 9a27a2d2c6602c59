using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

[Collection(BrowserTests.Name)]
public sealed class PlainSignInTests(Chromium chromium, PlainMvcSite site) : IClassFixture<PlainMvcSite>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RightPassword_LeadsToTheProfile(bool javaScript)
    {
        await using var context = await chromium.NewContextAsync(site, javaScript);
        var page = await context.NewPageAsync();

        await page.GotoAsync("/account/profile");
        await SignInAsync(page, "Alice-pass-1");

        await ExpectProfileAsync(page);
    }

    [Fact]
    public async Task WrongPassword_ShowsTheFormAgain()
    {
        await using var context = await chromium.NewContextAsync(site);
        var page = await context.NewPageAsync();

        await page.GotoAsync("/account/login");
        await SignInAsync(page, "wrong");

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByLabel("E-mail")).ToHaveValueAsync("alice@example.com");
        await Assertions.Expect(page.GetByLabel("Password")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task SignOut_EndsTheSession()
    {
        await using var context = await chromium.NewContextAsync(site);
        var page = await context.NewPageAsync();
        await page.GotoAsync("/account/login");
        await SignInAsync(page, "Alice-pass-1");
        await ExpectProfileAsync(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToHaveCountAsync(0);
        await page.GotoAsync("/account/profile");

        Assert.Equal("/account/login", new Uri(page.Url).AbsolutePath);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task EveryPage_IsAccessible(bool dark, bool phone)
    {
        await using var context = await chromium.NewContextAsync(site, dark: dark, phone: phone);
        var page = await context.NewPageAsync();
        var look = $"{(dark ? "dark" : "light")}-{(phone ? "phone" : "desktop")}";

        await VisitAsync("/", "home");
        await VisitAsync("/account/login", "login");
        await SignInAsync(page, "wrong");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();
        await SignInAsync(page, "Alice-pass-1");
        await ExpectProfileAsync(page);
        await VisitAsync("/account/profile", "profile");
        await VisitAsync("/account/transfer", "transfer");

        async Task VisitAsync(string path, string name)
        {
            await page.GotoAsync(path);
            Assert.Equal(path, new Uri(page.Url).AbsolutePath);
            await page.SaveScreenshotAsync($"mvcsite-{name}-{look}");
            await page.AssertAccessibleAsync();
        }
    }

    private static async Task ExpectProfileAsync(IPage page)
    {
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/account/profile$"));
        await Assertions.Expect(page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Hello, Alice");
    }

    /// <summary>Only posts the form: the caller expects what must be seen next, which waits for it.</summary>
    private static async Task SignInAsync(IPage page, string password)
    {
        await page.GetByLabel("E-mail").FillAsync("alice@example.com");
        await page.GetByLabel("Password").FillAsync(password);
        await page.Locator("main").GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
