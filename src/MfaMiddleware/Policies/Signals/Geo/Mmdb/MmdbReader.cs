using System.Buffers.Binary;

namespace MfaMiddleware.Policies.Signals.Geo.Mmdb;

/// <summary>
/// Reads values of a data section that may be damaged: each offset is checked, a pointer leads to no other pointer, and the number of values that
/// one reader looks at is bounded, so that nothing loops.
/// </summary>
/// <param name="data">The section; offsets and pointers count from its beginning.</param>
internal ref struct MmdbReader(ReadOnlySpan<byte> data)
{
    // A record of a city with its names in all languages takes some hundred.
    private const int MostValues = 8192;

    private readonly ReadOnlySpan<byte> _data = data;
    private int _values;

    /// <summary>Reads the value at an offset, or the one that the pointer there leads to.</summary>
    public bool TryRead(int offset, out MmdbValue value)
    {
        if (!TryReadHead(offset, out value)) return false;
        if (value.Type != MmdbType.Pointer) return true;

        var next = value.Next;
        if (!TryReadHead(value.Payload, out value) || value.Type == MmdbType.Pointer) return false;
        value = value with { Next = next };
        return true;
    }

    /// <summary>Finds the value of a key.</summary>
    public bool TryFind(MmdbValue map, ReadOnlySpan<byte> key, out MmdbValue value)
    {
        value = default;
        if (map.Type != MmdbType.Map) return false;
        var offset = map.Payload;
        for (var i = 0; i < map.Size; i++)
        {
            if (!TryRead(offset, out var name) || name.Type != MmdbType.Utf8) return false;
            if (Text(name).SequenceEqual(key)) return TryRead(name.Next, out value);
            if (!TrySkip(name.Next, out offset)) return false;
        }

        return false;
    }

    /// <summary>Reads the number of a key, of whatever type it is.</summary>
    public bool TryFindNumber(MmdbValue map, ReadOnlySpan<byte> key, out double number)
    {
        number = double.NaN;
        return TryFind(map, key, out var value) && TryNumber(value, out number);
    }

    /// <summary>The bytes of a text.</summary>
    public readonly ReadOnlySpan<byte> Text(MmdbValue value) => value.Type == MmdbType.Utf8 ? _data.Slice(value.Payload, value.Size) : [];

    private readonly bool TryNumber(MmdbValue value, out double number)
    {
        var bytes = _data.Slice(value.Payload, value.Bytes);
        number = value.Type switch
        {
            MmdbType.Double when value.Size == 8 => BinaryPrimitives.ReadDoubleBigEndian(bytes),
            MmdbType.Float when value.Size == 4 => BinaryPrimitives.ReadSingleBigEndian(bytes),
            MmdbType.Int32 when value.Size == 4 => BinaryPrimitives.ReadInt32BigEndian(bytes),
            MmdbType.UInt16 when value.Size <= 2 => Unsigned(bytes),
            MmdbType.UInt32 or MmdbType.Int32 when value.Size <= 4 => Unsigned(bytes),
            MmdbType.UInt64 when value.Size <= 8 => Unsigned(bytes),
            MmdbType.UInt128 when value.Size <= 16 => Unsigned(bytes),
            _ => double.NaN,
        };
        return double.IsFinite(number);
    }

    /// <summary>Passes over a value with all that is in it; pointers are not followed.</summary>
    private bool TrySkip(int offset, out int next)
    {
        next = offset;
        for (long left = 1; left > 0; left--)
        {
            if (!TryReadHead(next, out var value)) return false;
            if (value.Type == MmdbType.Map) left += 2L * value.Size;
            if (value.Type == MmdbType.Array) left += value.Size;
            next = value.Next;
        }

        return true;
    }

    private bool TryReadHead(int offset, out MmdbValue value)
    {
        value = default;
        if (++_values > MostValues || (uint)offset >= (uint)_data.Length) return false;

        var control = _data[offset++];
        var type = (MmdbType)(control >> 5);
        if (type == MmdbType.Pointer) return TryReadPointer(control, offset, out value);
        if (type == MmdbType.Extended)
        {
            if (offset >= _data.Length) return false;
            type = (MmdbType)(_data[offset++] + 7);
            if (type is < MmdbType.Int32 or > MmdbType.Float or MmdbType.Cache or MmdbType.End) return false;
        }

        if (!TryReadSize(control & 0x1F, ref offset, out var size)) return false;
        value = new MmdbValue(type, size, offset, offset);
        value = value with { Next = offset + value.Bytes };
        return value.Bytes <= _data.Length - offset;
    }

    /// <summary>A pointer's value begins after 0, 2048 or 526336, by its length; that of four bytes holds no bits in the control byte.</summary>
    private readonly bool TryReadPointer(byte control, int offset, out MmdbValue value)
    {
        var length = ((control >> 3) & 3) + 1;
        value = default;
        if (length > _data.Length - offset) return false;

        var low = Unsigned(_data.Slice(offset, length));
        var high = length == 4 ? 0 : (ulong)(control & 7) << (8 * length);
        ulong start = length switch { 2 => 2048, 3 => 526_336, _ => 0 };
        var target = start + high + (ulong)low;
        value = new MmdbValue(MmdbType.Pointer, 0, target < (ulong)_data.Length ? (int)target : -1, offset + length);
        return target < (ulong)_data.Length;
    }

    private readonly bool TryReadSize(int first, ref int offset, out int size)
    {
        var length = Math.Max(0, first - 28);
        size = first;
        if (length == 0) return true;
        if (length > _data.Length - offset) return false;

        int start = length switch { 1 => 29, 2 => 285, _ => 65_821 };
        size = start + (int)Unsigned(_data.Slice(offset, length));
        offset += length;
        return true;
    }

    private static double Unsigned(ReadOnlySpan<byte> bytes)
    {
        UInt128 value = 0;
        foreach (var b in bytes) value = (value << 8) | b;
        return (double)value;
    }
}
