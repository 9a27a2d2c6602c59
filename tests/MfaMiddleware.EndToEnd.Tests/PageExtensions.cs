using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests;

internal static class PageExtensions
{
    /// <summary>Fails with each rule of axe that the page breaks, and where. Needs JavaScript.</summary>
    public static async Task AssertAccessibleAsync(this IPage page)
    {
        var result = await page.RunAxe();

        Assert.NotEmpty(result.Passes);
        Assert.Empty(result.Violations.SelectMany(violation =>
            violation.Nodes.Select(node => $"{page.Url} {violation.Id}: {violation.Help}: {node.Html}")));
    }

    /// <summary>Keeps a picture for people to look at, in artifacts/screenshots.</summary>
    public static Task SaveScreenshotAsync(this IPage page, string name) =>
        page.ScreenshotAsync(new()
        {
            Path = Path.Combine(Repository.Root, "artifacts", "screenshots", $"{name}.png"),
            FullPage = true,
        });
}
