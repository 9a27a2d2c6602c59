using System.Buffers.Binary;

namespace MfaMiddleware.Methods.Fido.Messages;

/// <summary>A new credential as the authenticator describes it (WebAuthn L3, 6.5.1).</summary>
/// <param name="Aaguid">The authenticator's model.</param>
/// <param name="Id">The credential's id.</param>
/// <param name="PublicKey">The COSE key.</param>
internal sealed record AttestedCredential(Guid Aaguid, ReadOnlyMemory<byte> Id, ReadOnlyMemory<byte> PublicKey)
{
    private const int AaguidLength = 16;
    private const int HeaderLength = AaguidLength + sizeof(ushort);

    public static AttestedCredential? TryTake(ref ReadOnlyMemory<byte> left)
    {
        if (left.Length < HeaderLength) return null;

        var idLength = BinaryPrimitives.ReadUInt16BigEndian(left.Span[AaguidLength..]);
        if (idLength > left.Length - HeaderLength) return null;

        var key = left[(HeaderLength + idLength)..];
        var keyLength = CborShape.Measure(key.Span);
        if (keyLength < 0) return null;

        var credential = new AttestedCredential(new Guid(left.Span[..AaguidLength], bigEndian: true), left.Slice(HeaderLength, idLength), key[..keyLength]);
        left = key[keyLength..];
        return credential;
    }
}
