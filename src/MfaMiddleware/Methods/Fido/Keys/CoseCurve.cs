using System.Security.Cryptography;

namespace MfaMiddleware.Methods.Fido.Keys;

/// <summary>An elliptic curve of the IANA COSE registry.</summary>
/// <param name="Id">The number in the registry.</param>
/// <param name="FieldLength">The bytes of a coordinate.</param>
/// <param name="TpmId">The TPM's number of the curve (TPM 2.0 part 2, 6.4).</param>
/// <param name="Parameters">The curve.</param>
internal sealed record CoseCurve(int Id, int FieldLength, ushort TpmId, ECCurve Parameters)
{
    public static readonly CoseCurve P256 = new(1, 32, 0x0003, ECCurve.NamedCurves.nistP256);
    public static readonly CoseCurve P384 = new(2, 48, 0x0004, ECCurve.NamedCurves.nistP384);
    public static readonly CoseCurve P521 = new(3, 66, 0x0005, ECCurve.NamedCurves.nistP521);
}
