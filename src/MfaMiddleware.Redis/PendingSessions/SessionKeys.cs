using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using StackExchange.Redis;

namespace MfaMiddleware.Redis.PendingSessions;

/// <summary>
/// The keys of a session: its record, and the index of all whose ids end in the same 14 bits. The bits in braces are what a Cluster places keys by, so both
/// lie on one node, and so does whatever else a subject has.
/// </summary>
internal static class SessionKeys
{
    public const int IdBytes = 16;
    private const int IdCharacters = 22;
    private const int PlaceMask = 0x3FFF;

    /// <summary>The keys of an id; null where a string is no id, and no record can be there.</summary>
    public static RedisKey[]? Of(string prefix, string id)
    {
        Span<byte> bytes = stackalloc byte[IdBytes];
        return TryParse(id, bytes) ? Of(prefix, bytes, id) : null;
    }

    /// <summary>The keys of an id in bytes.</summary>
    public static RedisKey[] Of(string prefix, ReadOnlySpan<byte> id) => Of(prefix, id, Base64Url.EncodeToString(id));

    /// <summary>Reads an id that a client sent: any string. The record's key has its characters, so another writing of the same bits finds nothing.</summary>
    public static bool TryParse(string id, Span<byte> bytes) =>
        id.Length == IdCharacters && Base64Url.DecodeFromChars(id, bytes, out _, out var written) == OperationStatus.Done && written == IdBytes;

    private static RedisKey[] Of(string prefix, ReadOnlySpan<byte> bytes, string id)
    {
        var place = BinaryPrimitives.ReadUInt16BigEndian(bytes[^2..]) & PlaceMask;
        return [$"{prefix}:{{{place:x4}}}:{id}", $"{prefix}:{{{place:x4}}}:i1"];
    }
}
