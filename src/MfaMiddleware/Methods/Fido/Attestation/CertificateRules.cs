using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>What the formats ask of attestation certificates alike (WebAuthn L3, 8.2.1 and 8.3.1).</summary>
internal static class CertificateRules
{
    private const string FidoAaguid = "1.3.6.1.4.1.45724.1.1.4";

    public static bool IsEndEntity(X509Certificate2 certificate) =>
        certificate.Version == 3 && certificate.Extensions.OfType<X509BasicConstraintsExtension>().ToList() is [{ CertificateAuthority: false }];

    /// <summary>Whether the certificate names this model, or none.</summary>
    public static bool IsFor(X509Certificate2 certificate, Guid aaguid)
    {
        if (certificate.Extensions[FidoAaguid] is not { } extension) return true;

        var named = AsnDecoder.ReadOctetString(extension.RawData, AsnEncodingRules.DER, out var read);
        return !extension.Critical && read == extension.RawData.Length && named.Length == 16 && new Guid(named, bigEndian: true) == aaguid;
    }

    /// <summary>The value of a subject's attribute; null if it isn't there exactly once.</summary>
    public static string? Subject(X509Certificate2 certificate, string oid)
    {
        var values = certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(n => !n.HasMultipleElements && n.GetSingleElementType().Value == oid)
            .Select(n => n.GetSingleElementValue())
            .ToList();
        return values is [{ } value] ? value : null;
    }
}
