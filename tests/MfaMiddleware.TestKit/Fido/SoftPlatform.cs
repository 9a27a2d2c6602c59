using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MfaMiddleware.TestKit.Fido;

/// <summary>A platform that certifies each new key: Android's key store, or Apple's.</summary>
public sealed class SoftPlatform : IDisposable
{
    private const string KeyDescription = "1.3.6.1.4.1.11129.2.1.17";
    private const string Nonce = "1.2.840.113635.100.8.2";
    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public SoftPlatform()
    {
        var root = new CertificateRequest("CN=Soft Platform Root", _rootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Root = root.CreateSelfSigned(From, From.AddYears(40));
    }

    public X509Certificate2 Root { get; }

    /// <summary>The key that is certified, instead of the credential's.</summary>
    public SoftKey? OtherKey { get; set; }

    /// <summary>Changes what the certificate says it was made for.</summary>
    public Func<byte[], byte[]> ChangeChallenge { get; set; } = challenge => challenge;

    /// <summary>The AuthorizationLists of software and hardware, in DER.</summary>
    public (string Software, string Hardware) Authorizations { get; set; } = ("3000", "300E" + "A1053103020102" + "BF853E03020100");

    public void Dispose()
    {
        Root.Dispose();
        _rootKey.Dispose();
    }

    internal SortedDictionary<string, object> AttestAndroid(SoftKey key, byte[] data, byte[] clientDataHash)
    {
        using var certificate = Certify(OtherKey ?? key, KeyDescription, Description(ChangeChallenge(clientDataHash)));
        return new SortedDictionary<string, object>(StringComparer.Ordinal)
        {
            ["alg"] = key.Algorithm,
            ["sig"] = (OtherKey ?? key).Sign([.. data, .. clientDataHash]),
            ["x5c"] = new[] { certificate.RawData },
        };
    }

    internal SortedDictionary<string, object> AttestApple(SoftKey key, byte[] data, byte[] clientDataHash)
    {
        var nonce = ChangeChallenge(SHA256.HashData([.. data, .. clientDataHash]));
        using var certificate = Certify(OtherKey ?? key, Nonce, [0x30, 0x24, 0xA1, 0x22, 0x04, 0x20, .. nonce]);
        return new SortedDictionary<string, object>(StringComparer.Ordinal) { ["x5c"] = new[] { certificate.RawData } };
    }

    private X509Certificate2 Certify(SoftKey key, string extension, byte[] content)
    {
        using var point = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = key.Point });
        var request = new CertificateRequest("CN=Soft Key", point, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension(extension, content, critical: false));
        return request.Create(Root, From, From.AddYears(30), [9, 9]);
    }

    private byte[] Description(byte[] challenge)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(200);
            writer.WriteEncodedValue([0x0A, 0x01, 0x01]);
            writer.WriteInteger(200);
            writer.WriteEncodedValue([0x0A, 0x01, 0x01]);
            writer.WriteOctetString(challenge);
            writer.WriteOctetString([]);
            writer.WriteEncodedValue(Convert.FromHexString(Authorizations.Software));
            writer.WriteEncodedValue(Convert.FromHexString(Authorizations.Hardware));
        }

        return writer.Encode();
    }
}
