using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace MfaMiddleware.PendingSessions;

/// <summary>The 128 bits of a session id, which take a quarter of the memory of their text.</summary>
/// <param name="High">The first half.</param>
/// <param name="Low">The second half.</param>
internal readonly record struct PendingId(ulong High, ulong Low)
{
    private const int Bytes = 16;
    private const int Characters = 22;

    /// <summary>Reads an id that a client sent: any string.</summary>
    public static bool TryParse(string? text, out PendingId id)
    {
        id = default;
        if (text?.Length != Characters) return false;

        Span<byte> bytes = stackalloc byte[Bytes];
        if (Base64Url.DecodeFromChars(text, bytes, out _, out var written) != OperationStatus.Done || written != Bytes) return false;

        id = new PendingId(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

        // The last character carries four bits that a decoder drops: without this one session would have sixteen ids.
        return id.Is(text);
    }

    /// <summary>Prints the id as it was read.</summary>
    /// <returns>22 characters of base64url.</returns>
    public override string ToString() => string.Create(Characters, this, static (text, id) => id.Write(text));

    private bool Is(ReadOnlySpan<char> text)
    {
        Span<char> canonical = stackalloc char[Characters];
        Write(canonical);
        return text.SequenceEqual(canonical);
    }

    private void Write(Span<char> text)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        Base64Url.EncodeToChars(bytes, text);
    }
}
