namespace MfaMiddleware.Methods;

/// <summary>A code of 6 to 8 digits as a user typed it.</summary>
/// <param name="Digits">How many digits it has, leading zeros included.</param>
/// <param name="Value">The number.</param>
internal readonly record struct OneTimeCode(int Digits, int Value)
{
    private const int MinDigits = 6;
    private const int MaxDigits = 8;

    /// <summary>
    /// Reads a code. Spaces and dashes (U+0020, U+002D) are dropped wherever they are, since apps show "123 456". Anything else but 0 to 9 of
    /// ASCII is the wrong shape: a digit of another script, a sign, a letter, a line break.
    /// </summary>
    /// <param name="text">What was typed.</param>
    /// <param name="code">The code.</param>
    /// <returns>Whether it has the shape of a code.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out OneTimeCode code)
    {
        code = default;
        var (digits, value) = (0, 0);
        foreach (var c in text)
        {
            if (c is ' ' or '-') continue;
            if (!char.IsAsciiDigit(c) || digits == MaxDigits) return false;
            value = (value * 10) + (c - '0');
            digits++;
        }

        code = new OneTimeCode(digits, value);
        return digits >= MinDigits;
    }

    /// <summary>Prints no code.</summary>
    /// <returns><c>***</c>.</returns>
    public override string ToString() => "***";
}
