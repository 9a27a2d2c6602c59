using System.Formats.Cbor;

namespace MfaMiddleware.Methods.Fido.Keys;

/// <summary>A public key in COSE form (RFC 9052, 7): the parameters that WebAuthn uses, not yet checked against the algorithm.</summary>
internal sealed record CoseKey
{
    public const int EllipticCurve = 2;
    public const int Rsa = 3;

    public int Type { get; private set; }

    public int AlgorithmId { get; private set; }

    /// <summary>The curve's number; 0 for RSA.</summary>
    public int Curve { get; private set; }

    public ReadOnlyMemory<byte> X { get; private set; }

    public ReadOnlyMemory<byte> Y { get; private set; }

    public ReadOnlyMemory<byte> Modulus { get; private set; }

    public ReadOnlyMemory<byte> Exponent { get; private set; }

    /// <summary>Reads a key.</summary>
    /// <param name="bytes">One CBOR map in CTAP2's canonical form, and nothing behind it.</param>
    /// <returns>Null if it isn't such a key.</returns>
    public static CoseKey? TryRead(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var reader = new CborReader(bytes, CborConformanceMode.Ctap2Canonical);
            var key = new CoseKey();
            var labels = 0;
            for (var left = reader.ReadStartMap() ?? 0; left > 0; left--, labels++)
            {
                if (!key.ReadParameter(reader)) return null;
            }

            reader.ReadEndMap();
            return reader.BytesRemaining == 0 && labels >= 4 && key.Type != 0 && key.AlgorithmId != 0 ? key : null;
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException)
        {
            return null;
        }
    }

    // RFC 9053, 7.1, and RFC 8230, 4. The canonical order brings the type first, so that the negative labels have one meaning.
    private bool ReadParameter(CborReader reader)
    {
        switch (reader.ReadInt32())
        {
            case 1: Type = reader.ReadInt32(); return true;
            case 3: AlgorithmId = reader.ReadInt32(); return true;
            // key_ops: WebAuthn forbids it, some authenticators send it, it grants nothing
            case 4: reader.SkipValue(); return true;
            case -1 when Type == Rsa: Modulus = reader.ReadByteString(); return true;
            case -2 when Type == Rsa: Exponent = reader.ReadByteString(); return true;
            case -1: Curve = reader.ReadInt32(); return true;
            case -2: X = reader.ReadByteString(); return true;
            case -3 when Type == EllipticCurve: Y = reader.ReadByteString(); return true;
            // Anything else is no public key of these kinds: -4 would be a private one.
            default: return false;
        }
    }
}
