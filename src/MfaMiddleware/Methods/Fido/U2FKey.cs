using System.Formats.Cbor;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.Methods.Fido.Keys;

namespace MfaMiddleware.Methods.Fido;

/// <summary>
/// A security key as an app of U2F days kept it (FIDO U2F Raw Message Formats, 4.3). It goes on working without a new registration where
/// <c>Mfa:Methods:Fido:AppId</c> is what it was registered under.
/// </summary>
/// <param name="KeyHandle">The key handle: 16 to 255 bytes.</param>
/// <param name="PublicKey">The point on P-256: 65 bytes, the first of them 4.</param>
/// <param name="Counter">The counter of its last authentication.</param>
public sealed record U2FKey(ReadOnlyMemory<byte> KeyHandle, ReadOnlyMemory<byte> PublicKey, uint Counter)
{
    private const byte Uncompressed = 4;
    private const int Coordinate = 32;

    /// <summary>What the user calls it; at most 64 characters.</summary>
    public string? Name { get; init; }

    /// <exception cref="ArgumentException">It is no such key.</exception>
    internal WebAuthnCredential ToCredential()
    {
        if (KeyHandle.Length is < 16 or > 255) throw new ArgumentException("A key handle has 16 to 255 bytes.", nameof(KeyHandle));
        if (PublicKey.Length != 1 + (2 * Coordinate) || PublicKey.Span[0] != Uncompressed) throw NoPoint();

        var cose = ToCose();
        using var imported = CoseKey.TryRead(cose) is { } key ? SignatureKey.TryImport(key) : null;
        if (imported is null) throw NoPoint();
        return new WebAuthnCredential { Id = KeyHandle, PublicKey = cose, Algorithm = CoseAlgorithm.Es256.Id, SignCount = Counter, IsU2F = true };
    }

    private byte[] ToCose()
    {
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartMap(5);
        Write(1, 2);
        Write(3, CoseAlgorithm.Es256.Id);
        Write(-1, 1);
        writer.WriteInt32(-2);
        writer.WriteByteString(PublicKey.Span.Slice(1, Coordinate));
        writer.WriteInt32(-3);
        writer.WriteByteString(PublicKey.Span[(1 + Coordinate)..]);
        writer.WriteEndMap();
        return writer.Encode();

        void Write(int label, int value)
        {
            writer.WriteInt32(label);
            writer.WriteInt32(value);
        }
    }

    private static ArgumentException NoPoint() => new("The public key must be a point on P-256: 65 bytes, the first of them 4.", nameof(PublicKey));
}
