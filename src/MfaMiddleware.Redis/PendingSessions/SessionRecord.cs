using System.Buffers.Binary;
using MfaMiddleware.PendingSessions;

namespace MfaMiddleware.Redis.PendingSessions;

/// <summary>
/// A session in one string: a head of fixed length, which the scripts read and rewrite, then owner, payload, and state or completed URL. A hash of fields would
/// take twice the memory.
/// </summary>
/// <remarks>
/// Head, little-endian: format 1, state 1 (R at rest, A being answered, C completed, G gone), kind and, in the upper half, purpose 1, tail 1 (0 none, 1 state, 2 URL),
/// attempts 4, version 8, last operation 8, made at 8 (ticks), ends at 8 (ticks), secret hash 32, score 8 and member 40 of the index entry, and the lengths of realm 2, subject 2, network 2,
/// payload 4. What most scripts rewrite comes first.
/// </remarks>
internal static class SessionRecord
{
    public const byte Format = 2;
    public const int HeadLength = 130;

    /// <summary>Where the script that creates it puts the operation.</summary>
    public const int Operation = 16;
    public const int OperationLength = 8;

    private const int PurposeShift = 4;
    private const int Hash = 40;
    private const int HashLength = 32;
    private const int Score = 72;
    private const int Lengths = 120;

    public static byte[] Write(PendingSession session, IndexEntry entry)
    {
        if (session.SecretHash.Length != HashLength) throw new ArgumentException("The hash must be a SHA-256.", nameof(session));
        var (realm, subject, network) = (Size(session.Subject.Realm), Size(session.Subject.Id), Size(session.Network));
        var record = new byte[HeadLength + realm + subject + network + session.Payload.Length + (session.State?.Length ?? 0)];
        WriteHead(record, session, entry);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(Lengths), realm);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(Lengths + 2), subject);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(Lengths + 4), network);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(Lengths + 6), session.Payload.Length);

        var rest = record.AsSpan(HeadLength);
        foreach (var text in (ReadOnlySpan<string>)[session.Subject.Realm, session.Subject.Id, session.Network]) rest = rest[Strict.Utf8.GetBytes(text, rest)..];
        session.Payload.CopyTo(rest);
        session.State?.CopyTo(rest[session.Payload.Length..]);
        return record;
    }

    /// <summary>Reads a record; null where another version of this software wrote it, or nobody did: that is no session of ours.</summary>
    public static PendingSession? Read(string id, byte[]? record)
    {
        if (record is not { Length: >= HeadLength } || record[0] != Format) return null;
        var (realm, subject, network) = (Short(record, Lengths), Short(record, Lengths + 2), Short(record, Lengths + 4));
        var payload = BinaryPrimitives.ReadInt32LittleEndian(record.AsSpan(Lengths + 6));
        var tail = (long)HeadLength + realm + subject + network + payload;
        if (payload < 0 || tail > record.Length) return null;

        var rest = new Rest(record);
        return new PendingSession
        {
            Id = id,
            Kind = (PendingSessionKind)(record[2] & 0x0F),
            Purpose = (PendingSessionPurpose)(record[2] >> PurposeShift),
            Subject = new MfaSubject(rest.Text(realm), rest.Text(subject)),
            Network = rest.Text(network),
            Payload = rest.Bytes(payload),
            SecretHash = record.AsSpan(Hash, HashLength).ToArray(),
            CreatedAt = Time(record, 24),
            ExpiresAt = Time(record, 32),
            AttemptsRemaining = BinaryPrimitives.ReadInt32LittleEndian(record.AsSpan(4)),
            Version = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(8)),
            IsAnswering = record[1] == (byte)'A',
            State = record[3] == 1 ? rest.Remaining() : null,
            CompletedUrl = record[3] == 2 ? Strict.Utf8.GetString(rest.Remaining()) : null,
        };
    }

    /// <summary>When a session that was removed would have ended; null where that can't be read.</summary>
    public static DateTimeOffset? EndOf(byte[]? record) => record is { Length: >= HeadLength } && record[0] == Format ? Time(record, 32) : null;

    private static void WriteHead(Span<byte> head, PendingSession session, IndexEntry entry)
    {
        (head[0], head[1], head[2], head[3]) = (Format, (byte)'R', (byte)((int)session.Kind | ((int)session.Purpose << PurposeShift)), (byte)(session.State is null ? 0 : 1));
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], session.AttemptsRemaining);
        BinaryPrimitives.WriteInt64LittleEndian(head[8..], session.Version);
        BinaryPrimitives.WriteInt64LittleEndian(head[24..], session.CreatedAt.UtcTicks);
        BinaryPrimitives.WriteInt64LittleEndian(head[32..], session.ExpiresAt.UtcTicks);
        session.SecretHash.CopyTo(head[Hash..]);
        BinaryPrimitives.WriteDoubleLittleEndian(head[Score..], entry.Score);
        entry.Member.CopyTo(head[(Score + sizeof(double))..]);
    }

    private static ushort Size(string text) => checked((ushort)Strict.Utf8.GetByteCount(text));

    private static int Short(byte[] record, int at) => BinaryPrimitives.ReadUInt16LittleEndian(record.AsSpan(at));

    private static DateTimeOffset Time(byte[] record, int at) => new(BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(at)), TimeSpan.Zero);

    private ref struct Rest(byte[] record)
    {
        private int _at = HeadLength;

        public string Text(int length)
        {
            _at += length;
            return Strict.Utf8.GetString(record, _at - length, length);
        }

        public byte[] Bytes(int length)
        {
            _at += length;
            return record.AsSpan(_at - length, length).ToArray();
        }

        public readonly byte[] Remaining() => record[_at..];
    }
}
