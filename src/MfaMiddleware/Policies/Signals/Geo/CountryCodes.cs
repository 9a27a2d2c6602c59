namespace MfaMiddleware.Policies.Signals.Geo;

/// <summary>The strings of all country codes, so that a look-up makes none.</summary>
internal static class CountryCodes
{
    private const int Letters = 26;

    private static readonly string[] Codes =
        [.. Enumerable.Range(0, Letters * Letters).Select(i => string.Create(2, i, (text, code) => (text[0], text[1]) = ((char)('A' + (code / Letters)), (char)('A' + (code % Letters)))))];

    /// <summary>The code in capitals; null for what isn't two letters.</summary>
    public static string? Of(char first, char second) =>
        char.IsAsciiLetter(first) && char.IsAsciiLetter(second) ? Codes[(Index(first) * Letters) + Index(second)] : null;

    private static int Index(char letter) => (letter | 0x20) - 'a';
}
