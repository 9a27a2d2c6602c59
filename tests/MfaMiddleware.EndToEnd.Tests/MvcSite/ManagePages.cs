using Microsoft.Playwright;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

/// <summary>What people do on the page of their own factors.</summary>
internal static class ManagePages
{
    public static async Task OpenManageAsync(this IPage page)
    {
        await page.GotoAsync("/mfa/manage");
        await page.ExpectHeadingAsync("Two-factor authentication");
    }

    public static Task BeginAddingAsync(this IPage page, string method) =>
        page.ClickThroughAsync(page.GetByRole(AriaRole.Button, new() { Name = $"Add: {method}" }));

    public static async Task ExpectDoneAsync(this IPage page, string text) =>
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync(text);

    public static Task ExpectFactorsAsync(this IPage page, params string[] titles) =>
        Assertions.Expect(page.GetByRole(AriaRole.Listitem).GetByRole(AriaRole.Heading)).ToHaveTextAsync(titles);

    public static async Task RemoveAsync(this IPage page, string title)
    {
        var factor = page.GetByRole(AriaRole.Listitem).Filter(new() { Has = page.GetByRole(AriaRole.Heading, new() { Name = title }) });
        await factor.Locator("summary", new() { HasText = "Remove" }).ClickAsync();
        await page.ClickThroughAsync(factor.GetByRole(AriaRole.Button, new() { Name = $"Remove {title}" }));
        await page.ExpectDoneAsync("It has been removed.");
    }
}
