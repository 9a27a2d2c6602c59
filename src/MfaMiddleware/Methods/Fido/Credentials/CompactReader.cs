using System.Buffers.Binary;
using System.Text;

namespace MfaMiddleware.Methods.Fido.Credentials;

/// <summary>
/// Reads what <see cref="CompactWriter"/> wrote, and the structures of a TPM, which have the same form. It never throws: a read over the end
/// gives zeros and is remembered.
/// </summary>
internal struct CompactReader(ReadOnlyMemory<byte> bytes)
{
    private ReadOnlyMemory<byte> _left = bytes;

    public bool HasFailed { get; private set; }

    /// <summary>Whether all was read, and nothing over the end.</summary>
    public readonly bool IsComplete => !HasFailed && _left.IsEmpty;

    public byte ReadByte() => Take(1) is { IsEmpty: false } taken ? taken.Span[0] : (byte)0;

    public ushort ReadUInt16() => Take(2) is { IsEmpty: false } taken ? BinaryPrimitives.ReadUInt16BigEndian(taken.Span) : (ushort)0;

    public uint ReadUInt32() => Take(4) is { IsEmpty: false } taken ? BinaryPrimitives.ReadUInt32BigEndian(taken.Span) : 0;

    public int ReadInt32() => (int)ReadUInt32();

    public long ReadInt64() => Take(8) is { IsEmpty: false } taken ? BinaryPrimitives.ReadInt64BigEndian(taken.Span) : 0;

    public DateTimeOffset ReadTime()
    {
        var ticks = ReadInt64();
        if (ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks) return new DateTimeOffset(ticks, TimeSpan.Zero);

        HasFailed = true;
        return default;
    }

    public ReadOnlyMemory<byte> ReadBytes() => Take(ReadUInt16());

    public string ReadText() => Encoding.UTF8.GetString(ReadBytes().Span);

    public ReadOnlyMemory<byte> Take(int length)
    {
        if (length > _left.Length) HasFailed = true;
        if (HasFailed) return default;

        var taken = _left[..length];
        _left = _left[length..];
        return taken;
    }
}
