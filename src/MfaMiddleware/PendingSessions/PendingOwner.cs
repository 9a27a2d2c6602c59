using System.Buffers.Binary;
using System.Text;

namespace MfaMiddleware.PendingSessions;

/// <summary>Realm, subject and network in one array: three strings would take twice the memory.</summary>
internal static class PendingOwner
{
    private const int Header = 4;

    // Throws at half a surrogate pair: replaced by a question mark it would make two subjects one.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Packs them; the lengths in front keep realm and subject apart.</summary>
    public static byte[] Pack(MfaSubject subject, string network)
    {
        var realm = checked((ushort)Utf8.GetByteCount(subject.Realm));
        var id = checked((ushort)Utf8.GetByteCount(subject.Id));
        var packed = new byte[Header + realm + id + Utf8.GetByteCount(network)];

        BinaryPrimitives.WriteUInt16LittleEndian(packed, realm);
        BinaryPrimitives.WriteUInt16LittleEndian(packed.AsSpan(2), id);
        Utf8.GetBytes(subject.Realm, packed.AsSpan(Header));
        Utf8.GetBytes(subject.Id, packed.AsSpan(Header + realm));
        Utf8.GetBytes(network, packed.AsSpan(Header + realm + id));
        return packed;
    }

    /// <summary>The part that two sessions of one subject have in common.</summary>
    public static ReadOnlySpan<byte> SubjectPart(byte[] packed) => packed.AsSpan(0, Header + RealmLength(packed) + IdLength(packed));

    /// <summary>The network.</summary>
    public static ReadOnlySpan<byte> NetworkPart(byte[] packed) => packed.AsSpan(Header + RealmLength(packed) + IdLength(packed));

    /// <summary>The subject.</summary>
    public static MfaSubject Subject(byte[] packed)
    {
        var realm = RealmLength(packed);
        return new MfaSubject(Utf8.GetString(packed, Header, realm), Utf8.GetString(packed, Header + realm, IdLength(packed)));
    }

    /// <summary>The network as text.</summary>
    public static string Network(byte[] packed) => Utf8.GetString(NetworkPart(packed));

    private static int RealmLength(byte[] packed) => BinaryPrimitives.ReadUInt16LittleEndian(packed);

    private static int IdLength(byte[] packed) => BinaryPrimitives.ReadUInt16LittleEndian(packed.AsSpan(2));
}
