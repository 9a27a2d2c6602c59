using System.Buffers.Binary;
using System.IO.Compression;

namespace MfaMiddleware.PendingSessions;

/// <summary>
/// Bytes that wait in a store, made shorter: of a ticket a third to a half are names of claims. A format number, the length as it was, and Brotli of the rest.
/// </summary>
/// <remarks>How long a payload is, only those see who can read the store: nobody learns a secret by sending others beside it.</remarks>
internal static class PackedBytes
{
    public const byte Format = 3;

    private const int Head = 1 + sizeof(int);
    private const int WorthIt = 256;
    private const int LongestPacked = 4 * 1024 * 1024;

    // Of the qualities the one with the best ratio of what it saves to what it costs for some kilobytes: about a hundredth of a millisecond.
    private const int Quality = 2;
    private const int Window = 14;

    /// <summary>The bytes in their shorter form; as they are where there is none.</summary>
    public static byte[] Pack(byte[] bytes)
    {
        if (bytes.Length is < WorthIt or > LongestPacked) return bytes;
        var packed = new byte[bytes.Length];
        if (!BrotliEncoder.TryCompress(bytes, packed.AsSpan(Head), out var length, Quality, Window)) return bytes;
        packed[0] = Format;
        BinaryPrimitives.WriteInt32LittleEndian(packed.AsSpan(1), bytes.Length);
        return packed[..(Head + length)];
    }

    /// <summary>The bytes as they were; null where they can't be read.</summary>
    public static byte[]? Unpack(byte[] bytes)
    {
        if (bytes is not [Format, ..]) return bytes;
        // Fail closed: what another version of this software wrote is nothing of ours.
        if (bytes.Length < Head || BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(1)) is not (> 0 and <= LongestPacked and var length)) return null;
        var unpacked = new byte[length];
        return BrotliDecoder.TryDecompress(bytes.AsSpan(Head), unpacked, out var written) && written == length ? unpacked : null;
    }
}
