using System.Formats.Cbor;
using System.Security.Cryptography;

namespace MfaMiddleware.TestKit.Fido;

/// <summary>A private key of the software authenticator, and its COSE form.</summary>
public sealed class SoftKey : IDisposable
{
    private readonly AsymmetricAlgorithm _key;
    private readonly HashAlgorithmName _hash;
    private readonly RSASignaturePadding _padding;

    private SoftKey(int algorithm, AsymmetricAlgorithm key, HashAlgorithmName hash, RSASignaturePadding? padding = null)
    {
        Algorithm = algorithm;
        _key = key;
        _hash = hash;
        _padding = padding ?? RSASignaturePadding.Pkcs1;
    }

    /// <summary>The COSE algorithm.</summary>
    public int Algorithm { get; }

    /// <summary>The COSE key.</summary>
    public byte[] PublicKey => _key is RSA rsa ? Encode(rsa, Algorithm) : Encode(((ECDsa)_key).ExportParameters(false), Algorithm);

    /// <summary>The point of an elliptic curve key.</summary>
    public ECPoint Point => ((ECDsa)_key).ExportParameters(false).Q;

    /// <summary>The modulus of an RSA key.</summary>
    public byte[] Modulus => ((RSA)_key).ExportParameters(false).Modulus!;

    public static SoftKey Es256() => new(-7, ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);

    public static SoftKey Es384() => new(-35, ECDsa.Create(ECCurve.NamedCurves.nistP384), HashAlgorithmName.SHA384);

    public static SoftKey Es512() => new(-36, ECDsa.Create(ECCurve.NamedCurves.nistP521), HashAlgorithmName.SHA512);

    public static SoftKey Rs256(int bits = 2048) => new(-257, RSA.Create(bits), HashAlgorithmName.SHA256);

    public static SoftKey Ps256() => new(-37, RSA.Create(2048), HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

    /// <summary>A key of a curve that doesn't fit its algorithm.</summary>
    public static SoftKey Es256OnP384() => new(-7, ECDsa.Create(ECCurve.NamedCurves.nistP384), HashAlgorithmName.SHA256);

    public byte[] Sign(byte[] data) => _key is RSA rsa ? rsa.SignData(data, _hash, _padding) : ((ECDsa)_key).SignData(data, _hash, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => _key.Dispose();

    public static byte[] EncodePoint(int algorithm, int curve, byte[] x, byte[] y)
    {
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartMap(5);
        WritePair(writer, 1, 2);
        WritePair(writer, 3, algorithm);
        WritePair(writer, -1, curve);
        writer.WriteInt32(-2);
        writer.WriteByteString(x);
        writer.WriteInt32(-3);
        writer.WriteByteString(y);
        writer.WriteEndMap();
        return writer.Encode();
    }

    private static byte[] Encode(ECParameters parameters, int algorithm)
    {
        var curve = parameters.Q.X!.Length switch { 32 => 1, 48 => 2, _ => 3 };
        return EncodePoint(algorithm, curve, parameters.Q.X, parameters.Q.Y!);
    }

    private static byte[] Encode(RSA rsa, int algorithm)
    {
        var parameters = rsa.ExportParameters(false);
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartMap(4);
        WritePair(writer, 1, 3);
        WritePair(writer, 3, algorithm);
        writer.WriteInt32(-1);
        writer.WriteByteString(parameters.Modulus!);
        writer.WriteInt32(-2);
        writer.WriteByteString(parameters.Exponent!);
        writer.WriteEndMap();
        return writer.Encode();
    }

    private static void WritePair(CborWriter writer, int label, int value)
    {
        writer.WriteInt32(label);
        writer.WriteInt32(value);
    }
}
