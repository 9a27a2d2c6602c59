using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

/// <summary>What people do on the site's own pages. Each step ends with what must be seen next.</summary>
internal static class MvcSitePages
{
    /// <summary>Opens the sign-in and posts it. The caller expects what must be seen next, which waits for it.</summary>
    public static async Task SignInAsync(this IPage page, string name, string? password = null)
    {
        await page.GotoAsync("/account/login");
        await page.PostSignInAsync(name, password);
    }

    public static async Task PostSignInAsync(this IPage page, string name, string? password = null)
    {
        await page.GetByLabel("E-mail").FillAsync(Person.EmailOf(name));
        await page.GetByLabel("Password").FillAsync(password ?? Person.PasswordOf(name));
        await page.ClickThroughAsync(page.Locator("main").GetByRole(AriaRole.Button, new() { Name = "Sign in" }));
    }

    public static async Task SignOutAsync(this IPage page)
    {
        var button = page.GetByRole(AriaRole.Button, new() { Name = "Sign out" });
        await page.ClickThroughAsync(button);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(new Regex("^A small bank"));
        await Assertions.Expect(button).ToHaveCountAsync(0);
    }

    public static async Task ExpectProfileAsync(this IPage page, string name)
    {
        await page.ExpectHeadingAsync($"Hello, {Person.NameOf(name)}");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/account/profile$"));
    }
}
