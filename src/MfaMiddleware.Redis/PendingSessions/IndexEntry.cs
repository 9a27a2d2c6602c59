using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MfaMiddleware.PendingSessions;

namespace MfaMiddleware.Redis.PendingSessions;

/// <summary>
/// What the index says of a session that is not completed: all that decides who makes room. The entry is the session's life too: a record without it is one
/// that was pushed out. Entries of one subject and purpose stand together, since they begin alike.
/// </summary>
internal static class IndexEntry
{
    public const int Length = 50;

    // subject 8, purpose 1, answering 1, network 8, made at 8, id 16, ends at 8. The scripts know these places.
    private const int Purpose = 8;
    private const int Network = 10;
    private const int CreatedAt = 18;
    private const int Id = 26;
    private const int ExpiresAt = 42;
    private const int HashLength = 8;

    public static byte[] Of(PendingSession session, ReadOnlySpan<byte> id)
    {
        var entry = new byte[Length];
        Hash([session.Subject.Realm, session.Subject.Id], entry);
        entry[Purpose] = (byte)session.Purpose;
        Hash([session.Network], entry.AsSpan(Network));
        BinaryPrimitives.WriteDoubleLittleEndian(entry.AsSpan(CreatedAt), Micros.Of(session.CreatedAt));
        id.CopyTo(entry.AsSpan(Id));
        BinaryPrimitives.WriteDoubleLittleEndian(entry.AsSpan(ExpiresAt), Micros.Of(session.ExpiresAt));
        return entry;
    }

    public static ReadOnlySpan<byte> IdOf(byte[] entry) => entry.AsSpan(Id, SessionKeys.IdBytes);

    public static DateTimeOffset EndOf(byte[] entry) => Micros.ToTime(BinaryPrimitives.ReadDoubleLittleEndian(entry.AsSpan(ExpiresAt)));

    // Each field with its length before it: no two lists of fields make the same bytes.
    private static void Hash(ReadOnlySpan<string> fields, Span<byte> entry)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Strict.Utf8);
        foreach (var field in fields) writer.Write(field);
        writer.Flush();
        SHA256.HashData(bytes.ToArray()).AsSpan(0, HashLength).CopyTo(entry);
    }
}

/// <summary>Throws at half a surrogate pair: replaced by a question mark it would make two subjects one.</summary>
internal static class Strict
{
    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
