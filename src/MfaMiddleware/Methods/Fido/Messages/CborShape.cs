using System.Buffers.Binary;

namespace MfaMiddleware.Methods.Fido.Messages;

/// <summary>
/// The outer shape of a client's CBOR, looked at before anything is read or copied: definite lengths that fit what is there, shortest
/// numbers, no tags, and few levels.
/// </summary>
internal static class CborShape
{
    private const int Deepest = 8;

    /// <summary>Measures the first item.</summary>
    /// <param name="bytes">CBOR, and perhaps more behind it.</param>
    /// <returns>Its length in bytes; -1 if it isn't of this shape.</returns>
    public static int Measure(ReadOnlySpan<byte> bytes)
    {
        // The items that are still to come on each level.
        Span<long> open = stackalloc long[Deepest + 1];
        open[0] = 1;
        var depth = 0;
        var position = 0;
        while (depth >= 0)
        {
            if (open[depth]-- == 0)
            {
                depth--;
                continue;
            }

            if (!TryTakeItem(bytes, ref position, out var children)) return -1;
            if (children == 0) continue;
            if (++depth > Deepest) return -1;

            open[depth] = children;
        }

        return position;
    }

    private static bool TryTakeItem(ReadOnlySpan<byte> bytes, ref int position, out long children)
    {
        children = 0;
        if (!TryTakeHead(bytes, ref position, out var major, out var value)) return false;

        var left = (ulong)(bytes.Length - position);
        switch (major)
        {
            case 0 or 1:
                return true;
            case 2 or 3:
                if (value > left) return false;
                position += (int)value;
                return true;
            // Each child takes a byte at least, so a count over what is left is a lie.
            case 4 or 5:
                if (value > left) return false;
                children = (long)value * (major == 5 ? 2 : 1);
                return true;
            // false, true and null; no floats, nothing undefined
            case 7:
                return value is 20 or 21 or 22;
            default:
                return false;
        }
    }

    private static bool TryTakeHead(ReadOnlySpan<byte> bytes, ref int position, out int major, out ulong value)
    {
        major = 0;
        value = 0;
        if (position >= bytes.Length) return false;

        var first = bytes[position++];
        major = first >> 5;
        var length = (first & 31) switch { < 24 => 0, 24 => 1, 25 => 2, 26 => 4, 27 => 8, _ => -1 };
        if (length < 0 || length > bytes.Length - position) return false;

        value = length == 0 ? (ulong)(first & 31) : ReadNumber(bytes.Slice(position, length));
        position += length;
        // The shortest form only; a longer head of major type 7 would be a float.
        return length == 0 || (major != 7 && value >= Smallest(length));
    }

    private static ulong ReadNumber(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        1 => bytes[0],
        2 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        4 => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64BigEndian(bytes),
    };

    private static ulong Smallest(int length) => length switch { 1 => 24, 2 => 1UL << 8, 4 => 1UL << 16, _ => 1UL << 32 };
}
