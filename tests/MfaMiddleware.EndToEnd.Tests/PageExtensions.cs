using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests;

internal static class PageExtensions
{
    private const int PhoneWidth = 390;
    private const int DesktopWidth = 1280;

    /// <summary>Fails with each rule of axe that the page breaks, and where. Needs JavaScript.</summary>
    public static async Task AssertAccessibleAsync(this IPage page)
    {
        var result = await page.RunAxe();

        Assert.NotEmpty(result.Passes);
        Assert.Empty(result.Violations.SelectMany(violation =>
            violation.Nodes.Select(node => $"{page.Url} {violation.Id}: {violation.Help}: {node.Html}")));
    }

    /// <summary>
    /// axe on the page as a dark phone and as a light desktop show it, and a picture of each for people to look at, in
    /// artifacts/screenshots. The page must fit the width.
    /// </summary>
    public static async Task AssertLooksAsync(this IPage page, string name)
    {
        await page.AssertLooksAsync(name, ColorScheme.Dark, PhoneWidth);
        await page.AssertLooksAsync(name, ColorScheme.Light, DesktopWidth);
    }

    private static async Task AssertLooksAsync(this IPage page, string name, ColorScheme scheme, int width)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = scheme });
        await page.SetViewportSizeAsync(width, 800);
        var look = $"{name}-{scheme}-{width}".ToLowerInvariant();
        await page.ScreenshotAsync(new()
        {
            Path = Path.Combine(Repository.Root, "artifacts", "screenshots", $"{look}.png"),
            FullPage = true,
        });
        var needed = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        Assert.True(needed <= width, $"{look} is {needed} px wide.");
        await page.AssertAccessibleAsync();
    }
}
