using System.Buffers.Binary;
using MfaMiddleware.PendingSessions;

namespace MfaMiddleware.Redis.PendingSessions;

/// <summary>
/// A session in one string: a head of fixed length, which the scripts read and rewrite, then owner, payload, and state or completed URL. A hash of fields would
/// take twice the memory.
/// </summary>
/// <remarks>
/// Head, little-endian: format 1, state 1 (R at rest, A being answered, C completed, G gone), kind 1, tail 1 (0 none, 1 state, 2 URL), attempts 4, version 8,
/// last operation 8, made at 8 (ticks), ends at 8 (ticks), secret hash 32, index entry 50, and the lengths of realm 2, subject 2, network 2, payload 4.
/// </remarks>
internal static class SessionRecord
{
    public const byte Format = 1;
    public const int HeadLength = 132;

    private const int Entry = 72;
    private const int Lengths = Entry + IndexEntry.Length;
    private const int HashLength = 32;

    public static byte[] Write(PendingSession session, byte[] entry)
    {
        if (session.SecretHash.Length != HashLength) throw new ArgumentException("The hash must be a SHA-256.", nameof(session));
        var (realm, subject, network) = (Strict.Utf8.GetBytes(session.Subject.Realm), Strict.Utf8.GetBytes(session.Subject.Id), Strict.Utf8.GetBytes(session.Network));
        var head = new byte[HeadLength];
        (head[0], head[1], head[2], head[3]) = (Format, (byte)'R', (byte)session.Kind, (byte)(session.State is null ? 0 : 1));
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), session.AttemptsRemaining);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(8), session.Version);
        // 16: the script writes the operation.
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(24), session.CreatedAt.UtcTicks);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(32), session.ExpiresAt.UtcTicks);
        session.SecretHash.CopyTo(head, 40);
        entry.CopyTo(head, Entry);
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(Lengths), checked((ushort)realm.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(Lengths + 2), checked((ushort)subject.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(Lengths + 4), checked((ushort)network.Length));
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(Lengths + 6), session.Payload.Length);
        return [.. head, .. realm, .. subject, .. network, .. session.Payload, .. session.State ?? []];
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
            Kind = (PendingSessionKind)record[2],
            Purpose = (PendingSessionPurpose)record[Entry + 8],
            Subject = new MfaSubject(rest.Text(realm), rest.Text(subject)),
            Network = rest.Text(network),
            Payload = rest.Bytes(payload),
            SecretHash = record.AsSpan(40, HashLength).ToArray(),
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

    private static int Short(byte[] record, int at) => BinaryPrimitives.ReadUInt16LittleEndian(record.AsSpan(at));

    private static DateTimeOffset Time(byte[] record, int at) => new(BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(at)), TimeSpan.Zero);

    private ref struct Rest(byte[] record)
    {
        private int _at = HeadLength;

        public string Text(int length) => Strict.Utf8.GetString(Bytes(length));

        public byte[] Bytes(int length)
        {
            _at += length;
            return record.AsSpan(_at - length, length).ToArray();
        }

        public readonly byte[] Remaining() => record[_at..];
    }
}
