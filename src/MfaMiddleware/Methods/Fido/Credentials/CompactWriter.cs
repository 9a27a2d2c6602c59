using System.Buffers.Binary;
using System.Text;

namespace MfaMiddleware.Methods.Fido.Credentials;

/// <summary>Writes numbers high-order first, and bytes and texts behind their length in two bytes.</summary>
internal sealed class CompactWriter : IDisposable
{
    private readonly MemoryStream _stream = new();

    public ReadOnlySpan<byte> Written => _stream.GetBuffer().AsSpan(0, (int)_stream.Length);

    public void WriteByte(byte value) => _stream.WriteByte(value);

    public void WriteUInt16(ushort value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        _stream.Write(bytes);
    }

    public void WriteInt32(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        _stream.Write(bytes);
    }

    public void WriteInt64(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        _stream.Write(bytes);
    }

    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteUInt16(checked((ushort)value.Length));
        _stream.Write(value);
    }

    public void WriteText(string value) => WriteBytes(Encoding.UTF8.GetBytes(value));

    public void Dispose() => _stream.Dispose();
}
