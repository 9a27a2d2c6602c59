using System.Collections.Concurrent;
using System.Globalization;

namespace MfaMiddleware.TestKit.Simulation;

internal enum BrowserFamily { ChromeWindows, EdgeWindows, FirefoxWindows, ChromeMac, SafariMac, FirefoxLinux, ChromeAndroid, SafariPhone, SafariPad }

/// <summary>The User-Agent of a browser at a moment: a new version every four weeks, which reaches each browser on a day of its own.</summary>
internal static class UserAgents
{
    private const int DaysPerVersion = 28;
    private static readonly ConcurrentDictionary<(BrowserFamily, int), string> Known = [];

    public static readonly BrowserFamily[] Computers =
        [BrowserFamily.ChromeWindows, BrowserFamily.ChromeWindows, BrowserFamily.EdgeWindows, BrowserFamily.EdgeWindows, BrowserFamily.FirefoxWindows, BrowserFamily.ChromeMac, BrowserFamily.SafariMac, BrowserFamily.FirefoxLinux];

    /// <summary>What tools of attackers say: a library's own name, or a browser long out of date.</summary>
    public static readonly string[] Tools =
    [
        "python-requests/2.31.0", "Go-http-client/1.1", "okhttp/4.9.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/79.0.3945.130 Safari/537.36",
        "Mozilla/5.0 (Windows NT 6.1; WOW64; rv:54.0) Gecko/20100101 Firefox/54.0",
    ];

    public static string Of(BrowserFamily family, int day, int lag)
    {
        var version = Math.Max(0, day + 365 - lag) / DaysPerVersion;
        return Known.GetOrAdd((family, version), key => Text(key.Item1, key.Item2));
    }

    private static string Text(BrowserFamily family, int version)
    {
        const string Blink = "AppleWebKit/537.36 (KHTML, like Gecko)";
        var number = string.Create(CultureInfo.InvariantCulture, $"{170 + version}");
        var apple = string.Create(CultureInfo.InvariantCulture, $"{22 + (version / 13)}.{version % 13 / 2}");
        return family switch
        {
            BrowserFamily.ChromeWindows => $"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {Blink} Chrome/{number}.0.0.0 Safari/537.36",
            BrowserFamily.EdgeWindows => $"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {Blink} Chrome/{number}.0.0.0 Safari/537.36 Edg/{number}.0.0.0",
            BrowserFamily.FirefoxWindows => $"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{number}.0) Gecko/20100101 Firefox/{number}.0",
            BrowserFamily.ChromeMac => $"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {Blink} Chrome/{number}.0.0.0 Safari/537.36",
            BrowserFamily.SafariMac => $"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{apple} Safari/605.1.15",
            BrowserFamily.FirefoxLinux => $"Mozilla/5.0 (X11; Linux x86_64; rv:{number}.0) Gecko/20100101 Firefox/{number}.0",
            BrowserFamily.ChromeAndroid => $"Mozilla/5.0 (Linux; Android 10; K) {Blink} Chrome/{number}.0.0.0 Mobile Safari/537.36",
            BrowserFamily.SafariPhone => $"Mozilla/5.0 (iPhone; CPU iPhone OS {apple.Replace('.', '_')} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{apple} Mobile/15E148 Safari/604.1",
            _ => $"Mozilla/5.0 (iPad; CPU OS {apple.Replace('.', '_')} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{apple} Mobile/15E148 Safari/604.1",
        };
    }
}
