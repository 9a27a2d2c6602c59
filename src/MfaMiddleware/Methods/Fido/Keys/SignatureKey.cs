using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MfaMiddleware.Methods.Fido.Keys;

/// <summary>A public key that was imported, with the one algorithm that it is used with.</summary>
internal sealed class SignatureKey : IDisposable
{
    private const int SmallestRsa = 2048;
    private const int LargestRsa = 4096;

    private readonly AsymmetricAlgorithm _key;
    private readonly CoseAlgorithm _algorithm;

    private SignatureKey(AsymmetricAlgorithm key, CoseAlgorithm algorithm)
    {
        _key = key;
        _algorithm = algorithm;
    }

    /// <summary>Imports a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Null if its algorithm isn't supported, doesn't fit its type or curve, or the key is weak or no point of the curve.</returns>
    public static SignatureKey? TryImport(CoseKey key)
    {
        if (CoseAlgorithm.Find(key.AlgorithmId) is not { } algorithm) return null;

        try
        {
            return algorithm.Curve is { } curve ? TryImportPoint(key, algorithm, curve) : TryImportRsa(key, algorithm);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Takes the key of a certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="algorithm">The algorithm that it signed with.</param>
    /// <returns>Null if they don't fit.</returns>
    public static SignatureKey? TryTake(X509Certificate2 certificate, CoseAlgorithm algorithm)
    {
        try
        {
            AsymmetricAlgorithm? key = algorithm.Curve is null ? certificate.GetRSAPublicKey() : certificate.GetECDsaPublicKey();
            if (key is null || (key is RSA && !IsRsaSize(key.KeySize)))
            {
                key?.Dispose();
                return null;
            }

            return new SignatureKey(key, algorithm);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        try
        {
            return _key is RSA rsa
                ? rsa.VerifyData(data, signature, _algorithm.Hash, _algorithm.Padding!)
                : EcdsaDer.IsStrict(signature, _key.KeySize) && ((ECDsa)_key).VerifyData(data, signature, _algorithm.Hash, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            // Some platforms throw where a signature has no meaning at all: it is the client's, and wrong.
            return false;
        }
    }

    public void Dispose() => _key.Dispose();

    private static SignatureKey? TryImportPoint(CoseKey key, CoseAlgorithm algorithm, CoseCurve curve)
    {
        var fits = key.Type == CoseKey.EllipticCurve && key.Curve == curve.Id && key.X.Length == curve.FieldLength && key.Y.Length == curve.FieldLength;
        if (!fits) return null;

        var point = new ECPoint { X = key.X.ToArray(), Y = key.Y.ToArray() };
        return new SignatureKey(ECDsa.Create(new ECParameters { Curve = curve.Parameters, Q = point }), algorithm);
    }

    private static SignatureKey? TryImportRsa(CoseKey key, CoseAlgorithm algorithm)
    {
        // The size first: a huge modulus or exponent would make each check slow.
        var fits = key.Type == CoseKey.Rsa && IsRsaSize(BitsOf(key.Modulus.Span)) && IsExponent(key.Exponent.Span);
        if (!fits) return null;

        return new SignatureKey(RSA.Create(new RSAParameters { Modulus = key.Modulus.ToArray(), Exponent = key.Exponent.ToArray() }), algorithm);
    }

    private static bool IsRsaSize(int bits) => bits is >= SmallestRsa and <= LargestRsa;

    private static int BitsOf(ReadOnlySpan<byte> number) =>
        number.IsEmpty || number[0] == 0 ? 0 : (number.Length * 8) - (BitOperations.LeadingZeroCount(number[0]) - 24);

    private static bool IsExponent(ReadOnlySpan<byte> exponent) =>
        exponent.Length is >= 1 and <= 4 && exponent[0] != 0 && (exponent[^1] & 1) == 1 && !(exponent.Length == 1 && exponent[0] == 1);
}
