using System.Buffers;
using System.Buffers.Text;
using StackExchange.Redis;

namespace MfaMiddleware.Redis.PendingSessions;

/// <summary>
/// The keys of a session: its record, and the index of all whose ids end in the same 14 bits, which are three characters. What is in braces a Cluster places keys by,
/// so both lie on one node, and so does whatever else a subject has. With the usual prefix a key has 28 characters: up to 31 take 32 bytes of the server's memory.
/// </summary>
internal static class SessionKeys
{
    public const int IdBytes = 16;
    private const int IdCharacters = 22;
    private const int PlaceCharacters = 3;

    /// <summary>The keys of an id; null where a string is no id, and no record can be there.</summary>
    public static RedisKey[]? Of(string prefix, string id)
    {
        Span<byte> bytes = stackalloc byte[IdBytes];
        return TryParse(id, bytes) ? Keys(prefix, id) : null;
    }

    /// <summary>The keys of an id in bytes.</summary>
    public static RedisKey[] Of(string prefix, ReadOnlySpan<byte> id) => Keys(prefix, Base64Url.EncodeToString(id));

    /// <summary>Reads an id that a client sent: any string. The record's key has its characters, so another writing of the same bits finds nothing.</summary>
    public static bool TryParse(string id, Span<byte> bytes) =>
        id.Length == IdCharacters && Base64Url.DecodeFromChars(id, bytes, out _, out var written) == OperationStatus.Done && written == IdBytes;

    private static RedisKey[] Keys(string prefix, string id)
    {
        var place = id[^PlaceCharacters..];
        return [$"{prefix}:{id.AsSpan(0, IdCharacters - PlaceCharacters)}{{{place}}}", $"{prefix}:{{{place}}}"];
    }
}
