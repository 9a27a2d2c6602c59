using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests;

internal static class PageExtensions
{
    private const int PhoneWidth = 390;
    private const int DesktopWidth = 1280;

    // WCAG 2.2 AA asks for targets of 24 px: the rule is off by default.
    private const string AllRules = """{ rules: { "target-size": { enabled: true } }, resultTypes: ["violations"] }""";

    // The second look is of the same document: what can differ is colours and sizes.
    private const string RulesOfLooks = """{ runOnly: ["color-contrast", "target-size"], resultTypes: ["violations"] }""";

    private const string RunAxe = """
        async options => {
          const { passes, violations } = await axe.run(options);
          return passes.length ? violations.flatMap(v => v.nodes.map(n => `${v.id}: ${v.help}: ${n.html}`)) : ["axe looked at nothing"];
        }
        """;

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    /// <summary>Fails with each rule of axe that the page breaks, and where. Needs JavaScript.</summary>
    public static Task AssertAccessibleAsync(this IPage page) => page.AssertAccessibleAsync(AllRules);

    private static async Task AssertAccessibleAsync(this IPage page, string rules)
    {
        // In the page itself, once: the package's own RunAxe() opens a second page each time, for frames, and there are none.
        if (await page.EvaluateAsync<bool>("typeof axe === 'undefined'"))
            await page.EvaluateAsync(Axe);

        var violations = await page.EvaluateAsync<string[]>($"({RunAxe})({rules})");
        Assert.True(violations.Length == 0, $"{page.Url}\n{string.Join('\n', violations)}");
    }

    /// <summary>
    /// axe on the page as a dark phone and as a light desktop show it, and a picture of each for people to look at, in
    /// artifacts/screenshots. The page must fit the width.
    /// </summary>
    public static async Task AssertLooksAsync(this IPage page, string name)
    {
        await page.AssertLooksAsync(name, ColorScheme.Dark, PhoneWidth, AllRules);
        await page.AssertLooksAsync(name, ColorScheme.Light, DesktopWidth, RulesOfLooks);
    }

    private static async Task AssertLooksAsync(this IPage page, string name, ColorScheme scheme, int width, string rules)
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
        await page.AssertAccessibleAsync(rules);
    }

    /// <summary>
    /// Clicks and waits for the page that comes. An expectation that meets the old page is asked again after a while, and a while a page
    /// is most of the time of these tests.
    /// </summary>
    public static async Task ClickThroughAsync(this IPage page, ILocator target)
    {
        var loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        page.Load += OnLoad;
        try
        {
            await target.ClickAsync();
            await loaded.Task.WaitAsync(TimeSpan.FromMinutes(1));
        }
        finally
        {
            page.Load -= OnLoad;
        }

        void OnLoad(object? sender, IPage e) => loaded.TrySetResult();
    }
}
