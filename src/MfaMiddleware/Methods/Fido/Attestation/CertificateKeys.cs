using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MfaMiddleware.Methods.Fido.Keys;

namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>The public key inside a certificate.</summary>
internal static class CertificateKeys
{
    /// <summary>Gives the certificate's key if it is one of this curve.</summary>
    public static ECDsa? GetECDsaPublicKeyOf(this X509Certificate2 certificate, CoseCurve curve)
    {
        var key = certificate.GetECDsaPublicKey();
        if (key is null || IsOf(key.ExportParameters(false).Curve, curve.Parameters)) return key;

        key.Dispose();
        return null;
    }

    /// <summary>Whether the certificate is of this very key.</summary>
    public static bool Certifies(this X509Certificate2 certificate, CoseKey key)
    {
        if (key.Type == CoseKey.Rsa)
        {
            using var rsa = certificate.GetRSAPublicKey();
            return rsa?.ExportParameters(false) is { Modulus: { } n, Exponent: { } e } && key.Modulus.Span.SequenceEqual(n) && key.Exponent.Span.SequenceEqual(e);
        }

        var curve = CoseAlgorithm.Find(key.AlgorithmId)?.Curve;
        using var ecdsa = curve is null ? null : certificate.GetECDsaPublicKeyOf(curve);
        return ecdsa?.ExportParameters(false).Q is { X: { } x, Y: { } y } && key.X.Span.SequenceEqual(x) && key.Y.Span.SequenceEqual(y);
    }

    // Platforms fill in the number of a curve, or its name.
    private static bool IsOf(ECCurve curve, ECCurve named) =>
        curve.IsNamed && (curve.Oid.Value == named.Oid.Value || (curve.Oid.Value is null && curve.Oid.FriendlyName == named.Oid.FriendlyName));
}
