using Microsoft.Playwright;

namespace MfaMiddleware.EndToEnd.Tests.Pages;

/// <summary>What people do on the pages of <see cref="StateHost"/>.</summary>
internal static class StatePages
{
    public static async Task SignInHereAsync(this IPage page, string user)
    {
        await page.GotoAsync("/Account/Login");
        await page.GetByLabel("User").FillAsync(user);
        await page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }));
    }

    public static Task ExpectHomeAsync(this IPage page, string user) => page.ExpectHeadingAsync($"Hello, {user}");

    public static Task SendCodeAsync(this IPage page, string button = "Send code") =>
        page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = button }));
}
