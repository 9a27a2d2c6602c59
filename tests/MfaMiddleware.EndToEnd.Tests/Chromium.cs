using Microsoft.Playwright;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests;

/// <summary>One browser for all tests of a collection; each test has a context, and so cookies, of its own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    // The system's own Chromium, without the windows that nobody sees: Playwright then has nothing to download. The rest keeps it from
    // calling home.
    private static readonly string[] Arguments =
    [
        "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    // Five seconds to see something and thirty for a navigation are too few on a machine that also builds.
    private const int TimeoutMilliseconds = 60_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(TimeoutMilliseconds);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Executable.Find("chromium-headless-shell"),
            Headless = true,
            ChromiumSandbox = false,
            Args = Arguments,
        });
    }

    /// <param name="address">Where the site is for the browser, and so its origin.</param>
    /// <param name="javaScript">Whether pages may run scripts.</param>
    /// <param name="server">Where the site listens, if that is somewhere else: the browser takes it for its proxy.</param>
    public async Task<IBrowserContext> NewContextAsync(Uri address, bool javaScript = true, Uri? server = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            JavaScriptEnabled = javaScript,
            // by itself a browser goes straight to whatever is local
            Proxy = server is null ? null : new() { Server = server.GetLeftPart(UriPartial.Authority), Bypass = "<-loopback>" },
        });
        context.SetDefaultTimeout(TimeoutMilliseconds);
        return context;
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
