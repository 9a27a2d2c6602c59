using System.Buffers.Binary;
using System.Text;

namespace MfaMiddleware.TestKit.Geo;

/// <summary>Writes a data section; a text that was written before becomes a pointer to it, as the maker's own writer does it.</summary>
public sealed class MmdbDataWriter
{
    private readonly List<byte> _bytes = [];
    private readonly Dictionary<string, int> _texts = [];

    public byte[] ToBytes() => [.. _bytes];

    /// <summary>Writes a value, and says where it begins.</summary>
    public int Write(object value)
    {
        var start = _bytes.Count;
        switch (value)
        {
            case Dictionary<string, object> map: WriteMap(map); break;
            case object[] items: Head(11, items.Length); foreach (var item in items) Write(item); break;
            case string text: WriteText(text); break;
            case byte[] bytes: Payload(4, bytes); break;
            case bool flag: Head(14, flag ? 1 : 0); break;
            case MmdbRaw raw: _bytes.AddRange(raw.Bytes); break;
            default: WriteNumber(value); break;
        }

        return start;
    }

    private void WriteMap(Dictionary<string, object> map)
    {
        Head(7, map.Count);
        foreach (var (key, item) in map)
        {
            WriteText(key);
            Write(item);
        }
    }

    private void WriteText(string text)
    {
        if (_texts.TryGetValue(text, out var at))
        {
            Pointer(at);
            return;
        }

        _texts[text] = _bytes.Count;
        Payload(2, Encoding.UTF8.GetBytes(text));
    }

    private void WriteNumber(object value)
    {
        var bytes = new byte[16];
        switch (value)
        {
            case double number: BinaryPrimitives.WriteDoubleBigEndian(bytes, number); Payload(3, bytes[..8]); break;
            case float number: BinaryPrimitives.WriteSingleBigEndian(bytes, number); Payload(15, bytes[..4]); break;
            case int number: BinaryPrimitives.WriteInt32BigEndian(bytes, number); Payload(8, bytes[..4]); break;
            case ushort number: WriteUnsigned(5, number); break;
            case uint number: WriteUnsigned(6, number); break;
            case ulong number: WriteUnsigned(9, number); break;
            case UInt128 number: WriteUnsigned(10, number); break;
            default: throw new ArgumentException($"{value.GetType()} is no type of the format.", nameof(value));
        }
    }

    // Leading zeros are left out.
    private void WriteUnsigned(int type, UInt128 number)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        Payload(type, [.. bytes.SkipWhile(b => b == 0)]);
    }

    private void Payload(int type, byte[] bytes)
    {
        Head(type, bytes.Length);
        _bytes.AddRange(bytes);
    }

    private void Head(int type, int size)
    {
        var (first, more) = size switch
        {
            < 29 => (size, Array.Empty<byte>()),
            < 285 => (29, [(byte)(size - 29)]),
            < 65_821 => (30, [(byte)((size - 285) >> 8), (byte)(size - 285)]),
            _ => (31, [(byte)((size - 65_821) >> 16), (byte)((size - 65_821) >> 8), (byte)(size - 65_821)]),
        };
        _bytes.Add((byte)(((type < 8 ? type : 0) << 5) | first));
        if (type >= 8) _bytes.Add((byte)(type - 7));
        _bytes.AddRange(more);
    }

    private void Pointer(int target) => _bytes.AddRange(target switch
    {
        < 2048 => [(byte)(0x20 | (target >> 8)), (byte)target],
        < 526_336 => [(byte)(0x28 | ((target - 2048) >> 16)), (byte)((target - 2048) >> 8), (byte)(target - 2048)],
        < 134_744_064 => [(byte)(0x30 | ((target - 526_336) >> 24)), (byte)((target - 526_336) >> 16), (byte)((target - 526_336) >> 8), (byte)(target - 526_336)],
        _ => [0x38, (byte)(target >> 24), (byte)(target >> 16), (byte)(target >> 8), (byte)target],
    });
}

/// <summary>Bytes that go into the data section as they are: for what no writer would write.</summary>
public sealed record MmdbRaw(params byte[] Bytes);
