using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MfaMiddleware.TestKit.Fido;

/// <summary>A maker of authenticators: a root, and the key and certificate that its models attest with.</summary>
public sealed class SoftMaker : IDisposable
{
    private const string FidoAaguid = "1.3.6.1.4.1.45724.1.1.4";
    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public SoftMaker(Guid? certified = null, string unit = "Authenticator Attestation", bool isAuthority = false, ECCurve? curve = null)
    {
        if (curve is { } other)
        {
            _key.Dispose();
            _key = ECDsa.Create(other);
        }

        var root = new CertificateRequest("C=NZ, O=Soft Maker, CN=Soft Root", _rootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Root = root.CreateSelfSigned(From, From.AddYears(40));

        var leaf = new CertificateRequest($"C=NZ, O=Soft Maker, OU={unit}, CN=Soft Key", _key, HashAlgorithmName.SHA256);
        leaf.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (certified is { } aaguid) leaf.CertificateExtensions.Add(Certified(aaguid));
        Certificate = leaf.Create(Root, From, From.AddYears(30), [1, 2, 3, 4]);
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Certificate { get; }

    public byte[] Sign(byte[] data) => _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose()
    {
        Root.Dispose();
        Certificate.Dispose();
        _rootKey.Dispose();
        _key.Dispose();
    }

    internal static X509Extension Certified(Guid aaguid)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(aaguid.ToByteArray(bigEndian: true));
        return new X509Extension(FidoAaguid, writer.Encode(), critical: false);
    }
}
