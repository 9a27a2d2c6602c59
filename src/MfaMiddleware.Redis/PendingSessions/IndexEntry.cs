using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MfaMiddleware.PendingSessions;

namespace MfaMiddleware.Redis.PendingSessions;

/// <summary>
/// What the index, a sorted set, says of a session that is not completed: all that decides who makes room. The entry is the session's life too: a record without it
/// is one that was pushed out.
/// </summary>
/// <param name="Score">
/// Subject and purpose as a number, so that their entries stand together: an even one, whose double is exact; one more while the session is being answered.
/// </param>
/// <param name="Member">Network 8, made at 8, id 16, ends at 8. The scripts know these places.</param>
internal sealed record IndexEntry(double Score, byte[] Member)
{
    public const int MemberLength = 40;

    private const int HashLength = 8;
    private const int CreatedAt = 8;
    private const int Id = 16;
    private const int ExpiresAt = 32;

    /// <summary>Doubles hold whole numbers up to 53 bits.</summary>
    private const int BitsTooMany = 64 - 53;

    public static IndexEntry Of(PendingSession session, ReadOnlySpan<byte> id)
    {
        var member = new byte[MemberLength];
        Hash([session.Network]).CopyTo(member);
        BinaryPrimitives.WriteDoubleLittleEndian(member.AsSpan(CreatedAt), Micros.Of(session.CreatedAt));
        id.CopyTo(member.AsSpan(Id));
        BinaryPrimitives.WriteDoubleLittleEndian(member.AsSpan(ExpiresAt), Micros.Of(session.ExpiresAt));
        var subject = BinaryPrimitives.ReadUInt64LittleEndian(Hash([session.Subject.Realm, session.Subject.Id, ((int)session.Purpose).ToString(CultureInfo.InvariantCulture)])) >> BitsTooMany;
        return new IndexEntry(subject & ~1UL, member);
    }

    /// <summary>The score, as Redis reads it.</summary>
    public string ScoreText => Score.ToString("F0", CultureInfo.InvariantCulture);

    public static ReadOnlySpan<byte> IdOf(byte[] member) => member.AsSpan(Id, SessionKeys.IdBytes);

    public static DateTimeOffset EndOf(byte[] member) => Micros.ToTime(BinaryPrimitives.ReadDoubleLittleEndian(member.AsSpan(ExpiresAt)));

    // Each field with its length before it: no two lists of fields make the same bytes.
    private static ReadOnlySpan<byte> Hash(ReadOnlySpan<string> fields)
    {
        var length = 0;
        foreach (var field in fields) length += sizeof(int) + Strict.Utf8.GetByteCount(field);
        var bytes = new byte[length];
        var rest = bytes.AsSpan();
        foreach (var field in fields)
        {
            var written = Strict.Utf8.GetBytes(field, rest[sizeof(int)..]);
            BinaryPrimitives.WriteInt32LittleEndian(rest, written);
            rest = rest[(sizeof(int) + written)..];
        }

        return SHA256.HashData(bytes).AsSpan(0, HashLength);
    }
}

/// <summary>Throws at half a surrogate pair: replaced by a question mark it would make two subjects one.</summary>
internal static class Strict
{
    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
