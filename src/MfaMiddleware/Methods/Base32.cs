namespace MfaMiddleware.Methods;

/// <summary>Base32 of RFC 4648 section 6: the form in which authenticator apps take a secret.</summary>
internal static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int BitsPerSymbol = 5;

    /// <summary>Encodes bytes.</summary>
    /// <param name="data">The bytes.</param>
    /// <returns>Upper case, without padding, which the Key URI format leaves out.</returns>
    public static string Encode(ReadOnlySpan<byte> data)
    {
        var symbols = new char[((data.Length * 8) + BitsPerSymbol - 1) / BitsPerSymbol];
        var (buffer, bits, written) = (0, 0, 0);
        foreach (var octet in data)
        {
            buffer = ((buffer << 8) | octet) & 0xfff;
            for (bits += 8; bits >= BitsPerSymbol; bits -= BitsPerSymbol)
                symbols[written++] = Alphabet[(buffer >> (bits - BitsPerSymbol)) & 0x1f];
        }

        if (bits > 0) symbols[written] = Alphabet[(buffer << (BitsPerSymbol - bits)) & 0x1f];
        return new string(symbols);
    }

    /// <summary>Decodes a string of either case; spaces and padding are ignored.</summary>
    /// <param name="text">The string.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="FormatException">A character isn't of the alphabet, the length can't be, or the bits left over aren't zero.</exception>
    public static byte[] Decode(ReadOnlySpan<char> text)
    {
        var data = new List<byte>(text.Length * BitsPerSymbol / 8);
        var (buffer, bits) = (0, 0);
        foreach (var symbol in text.TrimEnd("= "))
        {
            if (symbol == ' ') continue;
            buffer = ((buffer << BitsPerSymbol) | ValueOf(symbol)) & 0xfff;
            bits += BitsPerSymbol;
            if (bits < 8) continue;
            bits -= 8;
            data.Add((byte)(buffer >> bits));
        }

        // A whole symbol left over, or bits that no encoder writes, means that something was lost or mistyped: not a guess at a secret.
        if (bits >= BitsPerSymbol || (buffer & ((1 << bits) - 1)) != 0) throw new FormatException("The base32 string ends in the middle of a byte.");
        return [.. data];
    }

    private static int ValueOf(char symbol) => symbol switch
    {
        >= 'A' and <= 'Z' => symbol - 'A',
        >= 'a' and <= 'z' => symbol - 'a',
        >= '2' and <= '7' => symbol - '2' + 26,
        _ => throw new FormatException("The string holds a character that base32 doesn't know."),
    };
}
