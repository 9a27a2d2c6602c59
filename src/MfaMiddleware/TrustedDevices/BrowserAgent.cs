namespace MfaMiddleware.TrustedDevices;

/// <summary>The browser and the system that a User-Agent names, without versions: a copied cookie tends to come from another pair.</summary>
internal static class BrowserAgent
{
    private const int MaxLength = 40;

    // In this order: most name others too, for compatibility.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("FxiOS", "Firefox"), ("Firefox/", "Firefox"),
        ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Macintosh", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    ];

    public static string Of(string? userAgent)
    {
        if (string.IsNullOrWhiteSpace(userAgent)) return "";
        var browser = Find(Browsers, userAgent) ?? FirstWord(userAgent);
        return Find(Systems, userAgent) is { } system ? $"{browser}, {system}" : browser;
    }

    private static string? Find((string Mark, string Name)[] marks, string text)
    {
        foreach (var (mark, name) in marks)
        {
            if (text.Contains(mark, StringComparison.Ordinal)) return name;
        }

        return null;
    }

    /// <summary>An app names itself first: <c>Contoso/3.1 (…)</c>.</summary>
    private static string FirstWord(string text)
    {
        var word = text.AsSpan().Trim();
        var end = word.IndexOfAny(" /(;");
        if (end >= 0) word = word[..end];
        if (word.Length > MaxLength) word = word[..MaxLength];
        return string.Concat(word.ToString().Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'));
    }
}
