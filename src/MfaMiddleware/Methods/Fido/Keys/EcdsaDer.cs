namespace MfaMiddleware.Methods.Fido.Keys;

/// <summary>The one DER form of an ECDSA signature (RFC 3279, 2.2.3): parsers differ in what else they take.</summary>
internal static class EcdsaDer
{
    private const byte Sequence = 0x30;
    private const byte Integer = 0x02;

    public static bool IsStrict(ReadOnlySpan<byte> signature, int keySizeInBits)
    {
        if (!TryTakeHeader(ref signature, Sequence, out var length) || length != signature.Length) return false;

        var longest = (keySizeInBits + 7) / 8;
        return TryTakeInteger(ref signature, longest) && TryTakeInteger(ref signature, longest) && signature.IsEmpty;
    }

    private static bool TryTakeInteger(ref ReadOnlySpan<byte> left, int longest)
    {
        if (!TryTakeHeader(ref left, Integer, out var length) || length == 0 || length > left.Length) return false;

        var number = left[..length];
        left = left[length..];
        if (number[0] >= 0x80) return false;
        if (number[0] != 0) return length <= longest;
        // A leading zero is there for a high bit only: so zero itself, which no signature has, is refused too.
        return length > 1 && number[1] >= 0x80 && length - 1 <= longest;
    }

    private static bool TryTakeHeader(ref ReadOnlySpan<byte> left, byte tag, out int length)
    {
        length = 0;
        if (left.Length < 2 || left[0] != tag) return false;

        var isLong = left[1] == 0x81;
        if (isLong && (left.Length < 3 || left[2] < 0x80)) return false;
        if (!isLong && left[1] >= 0x80) return false;

        length = isLong ? left[2] : left[1];
        left = left[(isLong ? 3 : 2)..];
        return true;
    }
}
