namespace MfaMiddleware.Methods.Hotp;

/// <summary>The seed of a token that was made elsewhere, as its maker prints it.</summary>
internal static class HotpSeed
{
    private const int MinBytes = 16;
    private const int MaxBytes = 64;

    /// <summary>
    /// Reads hexadecimal or base32; spaces and dashes are dropped. What could be both is hexadecimal: makers print seeds so, and base32 of 160 bits
    /// has another length.
    /// </summary>
    /// <returns>The key; null where it is neither, or outside 128 to 512 bits (RFC 4226 section 4 R6).</returns>
    public static byte[]? TryRead(string text)
    {
        var symbols = text.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        var key = TryHex(symbols) ?? TryBase32(symbols);
        return key is { Length: >= MinBytes and <= MaxBytes } ? key : null;
    }

    private static byte[]? TryHex(string symbols) =>
        symbols.Length % 2 == 0 && symbols.All(char.IsAsciiHexDigit) ? Convert.FromHexString(symbols) : null;

    private static byte[]? TryBase32(string symbols)
    {
        try
        {
            return Base32.Decode(symbols);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
