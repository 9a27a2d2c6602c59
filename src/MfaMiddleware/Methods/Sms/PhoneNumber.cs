using System.Globalization;
using System.Text;

namespace MfaMiddleware.Methods.Sms;

/// <summary>A phone number in its one canonical form (E.164): however it was typed, budgets and factors see the same.</summary>
internal readonly record struct PhoneNumber
{
    private const int MinDigits = 8;
    private const int MaxDigits = 15;
    private const int MaxTyped = 64;

    private PhoneNumber(string digits) => Digits = digits;

    /// <summary>Country code and number, digits only.</summary>
    public string Digits { get; }

    /// <summary><c>+4915123456742</c>.</summary>
    public string E164 => "+" + Digits;

    /// <summary><c>•••• 42</c>: enough to know one's own phone by.</summary>
    public string Masked => "•••• " + Digits[^2..];

    /// <summary>Reads what <see cref="Digits"/> wrote.</summary>
    public static PhoneNumber FromDigits(string digits) => new(digits);

    /// <summary>
    /// Reads a number in international form: <c>+</c> or <c>00</c> first; spaces, dashes, dots, parentheses and <c>tel:</c> are dropped, digits of
    /// every script read. Letters, extensions and whatever else are refused: what isn't understood is not sent to.
    /// </summary>
    /// <returns>The number; null where it is none.</returns>
    public static PhoneNumber? TryParse(string? typed)
    {
        if (typed is null or { Length: > MaxTyped }) return null;
        var text = typed.Trim();
        if (text.StartsWith("tel:", StringComparison.OrdinalIgnoreCase)) text = text[4..];
        if (Fold(text) is not { } folded) return null;

        // Many write the trunk zero of the national form into the international one: +49 (0) 151 …
        folded = folded.Replace("(0)", "", StringComparison.Ordinal).Replace("(", "", StringComparison.Ordinal).Replace(")", "", StringComparison.Ordinal);
        var digits = folded.StartsWith('+') ? folded[1..] : folded.StartsWith("00", StringComparison.Ordinal) ? folded[2..] : "";
        return digits.Length is >= MinDigits and <= MaxDigits && digits[0] != '0' && !digits.Contains('+', StringComparison.Ordinal) ? new PhoneNumber(digits) : null;
    }

    /// <summary>Prints no number.</summary>
    /// <returns><c>***</c>.</returns>
    public override string ToString() => "***";

    private static string? Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsDigit(rune)) folded.Append((int)Rune.GetNumericValue(rune));
            else if (rune.Value is '+' or '(' or ')') folded.Append((char)rune.Value);
            else if (rune.Value == '＋') folded.Append('+');
            else if (!IsSeparator(rune)) return null;
        }

        return folded.ToString();
    }

    // Format characters come along when a number is copied from an address book.
    private static bool IsSeparator(Rune rune) => rune.Value == '.'
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.SpaceSeparator or UnicodeCategory.DashPunctuation or UnicodeCategory.Format;
}
