using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MfaMiddleware.TestKit.Fido;

/// <summary>A TPM with an RSA identity key, as Windows Hello uses one.</summary>
public sealed class SoftTpm : IDisposable
{
    private const string IdentityKey = "2.23.133.8.3";
    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // For all of them: they take long to make.
    private static readonly RSA RootKey = RSA.Create(2048);
    private static readonly RSA Key = RSA.Create(2048);

    private readonly HashAlgorithmName _hash;

    public SoftTpm(string manufacturer = "id:494E5443", bool isOld = false, string subject = "", string use = IdentityKey, Guid? certified = null)
    {
        _hash = isOld ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256;
        Algorithm = isOld ? -65535 : -257;
        var root = new CertificateRequest("CN=Soft TPM Root", RootKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Root = root.CreateSelfSigned(From, From.AddYears(40));

        var identity = new CertificateRequest(subject, Key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        identity.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        identity.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        identity.CertificateExtensions.Add(new X509Extension("2.5.29.17", AlternativeName(manufacturer), critical: true));
        if (certified is { } aaguid) identity.CertificateExtensions.Add(SoftMaker.Certified(aaguid));
        Certificate = identity.Create(Root, From, From.AddYears(30), [5, 6, 7]);
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Certificate { get; }

    public int Algorithm { get; }

    /// <summary>Changes the description of the certified key before its name is made of it.</summary>
    public Func<byte[], byte[]> ChangeArea { get; set; } = area => area;

    /// <summary>Changes what the TPM says before it signs it.</summary>
    public Func<byte[], byte[]> ChangeInfo { get; set; } = info => info;

    public void Dispose()
    {
        Root.Dispose();
        Certificate.Dispose();
    }

    internal SortedDictionary<string, object> Attest(SoftKey key, byte[] signed)
    {
        var area = ChangeArea(Area(key));
        var info = ChangeInfo(Info(area, signed));
        return new SortedDictionary<string, object>(StringComparer.Ordinal)
        {
            ["ver"] = "2.0",
            ["alg"] = Algorithm,
            ["x5c"] = new[] { Certificate.RawData },
            ["sig"] = Key.SignData(info, _hash, RSASignaturePadding.Pkcs1),
            ["certInfo"] = info,
            ["pubArea"] = area,
        };
    }

    // TPMT_PUBLIC of an RSA key, its name made with SHA-256
    private static byte[] Area(SoftKey key)
    {
        var modulus = key.Modulus;
        return [0x00, 0x01, 0x00, 0x0B, 0x00, 0x06, 0x04, 0x72, 0x00, 0x02, 0xAA, 0xBB, 0x00, 0x10, 0x00, 0x10, 0x08, 0x00, 0, 0, 0, 0, .. Sized(modulus)];
    }

    // TPMS_ATTEST of TPM2_Certify
    private byte[] Info(byte[] area, byte[] signed)
    {
        byte[] name = [0x00, 0x0B, .. SHA256.HashData(area)];
        return [0xFF, 0x54, 0x43, 0x47, 0x80, 0x17, .. Sized([1, 2]), .. Sized(CryptographicOperations.HashData(_hash, signed)), .. new byte[25], .. Sized(name), .. Sized([3])];
    }

    private static byte[] Sized(byte[] bytes)
    {
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)bytes.Length);
        return [.. length, .. bytes];
    }

    private static byte[] AlternativeName(string manufacturer)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 4, isConstructed: true)))
        using (writer.PushSequence())
        {
            foreach (var (type, value) in new[] { ("2.23.133.2.1", manufacturer), ("2.23.133.2.2", "Soft"), ("2.23.133.2.3", "id:0001") })
            {
                using (writer.PushSetOf())
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(type);
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
                }
            }
        }

        return writer.Encode();
    }
}
