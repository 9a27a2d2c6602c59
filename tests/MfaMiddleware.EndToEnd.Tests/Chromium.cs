using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests;

/// <summary>One browser for all tests; each test has a context, and so cookies, of its own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    // The system's own Chromium: Playwright then has nothing to download. The rest keeps it from calling home.
    private static readonly string[] Arguments =
    [
        "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        // Five seconds are too few on a machine that also builds.
        Assertions.SetDefaultExpectTimeout(20_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Executable.Find("chromium"),
            Headless = true,
            ChromiumSandbox = false,
            Args = Arguments,
        });
    }

    public Task<IBrowserContext> NewContextAsync(Uri address, bool javaScript = true)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _browser!.NewContextAsync(new() { BaseURL = address.ToString(), JavaScriptEnabled = javaScript });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
