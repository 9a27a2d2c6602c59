using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace MfaMiddleware.Methods.RecoveryCodes;

/// <summary>A recovery code: 24 characters of Crockford's base32 (120 bits), shown as 6-6-6-6.</summary>
internal static class RecoveryCode
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 24;
    private const int GroupLength = 6;

    /// <summary>Makes a random code.</summary>
    /// <returns>The code as it is shown, for example <c>7K2M9P-…</c>.</returns>
    public static string Generate() =>
        string.Join('-', RandomNumberGenerator.GetString(Alphabet, Length).Chunk(GroupLength).Select(group => new string(group)));

    /// <summary>
    /// Reads a code as it was typed: case, spaces and dashes are ignored, O is read as 0, I and L as 1. U, and anything else that isn't of the
    /// alphabet, is the wrong shape.
    /// </summary>
    /// <param name="text">What was typed.</param>
    /// <param name="normalized">The 24 characters, upper case, without dashes.</param>
    /// <returns>Whether it has the shape of a recovery code.</returns>
    public static bool TryNormalize(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? normalized)
    {
        normalized = null;
        Span<char> symbols = stackalloc char[Length];
        var count = 0;
        foreach (var c in text)
        {
            if (c is ' ' or '-') continue;
            var symbol = Fold(c);
            if (count == Length || !Alphabet.Contains(symbol)) return false;
            symbols[count++] = symbol;
        }

        if (count < Length) return false;
        normalized = new string(symbols);
        return true;
    }

    /// <summary>The same for a code of our own making.</summary>
    /// <param name="code">The code.</param>
    /// <returns>The 24 characters.</returns>
    public static string Normalize(string code) =>
        TryNormalize(code, out var normalized) ? normalized : throw new InvalidOperationException("A generated code has the wrong shape.");

    // ASCII alone: a culture's upper case of "ı" would make letters of other scripts pass.
    private static char Fold(char c) => c switch
    {
        'o' or 'O' => '0',
        'i' or 'I' or 'l' or 'L' => '1',
        >= 'a' and <= 'z' => (char)(c - 'a' + 'A'),
        _ => c,
    };
}
