using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>What WebAuthn L3 (8.3.1) asks of the certificate of a TPM's attestation identity key.</summary>
internal static class TpmCertificate
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private const string IdentityKeyUsage = "2.23.133.8.3";
    private const string Manufacturer = "2.23.133.2.1";
    private const string Model = "2.23.133.2.2";
    private const string Firmware = "2.23.133.2.3";

    private static readonly UniversalTagNumber[] TextTypes =
    [
        UniversalTagNumber.UTF8String, UniversalTagNumber.PrintableString, UniversalTagNumber.IA5String, UniversalTagNumber.T61String, UniversalTagNumber.BMPString,
    ];

    private static readonly Asn1Tag DirectoryName = new(TagClass.ContextSpecific, 4, isConstructed: true);

    public static bool IsIdentity(X509Certificate2 certificate) =>
        CertificateRules.IsEndEntity(certificate)
        && !certificate.SubjectName.EnumerateRelativeDistinguishedNames().Any()
        && certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(e => e.EnhancedKeyUsages[IdentityKeyUsage] is not null);

    /// <summary>Reads the TPM's description from the subject alternative name (TCG EK credential profile, 3.1.2).</summary>
    /// <param name="certificate">The certificate.</param>
    /// <returns>Null if manufacturer, model and firmware aren't all there.</returns>
    public static TpmDevice? ReadDevice(X509Certificate2 certificate)
    {
        if (certificate.Extensions[SubjectAlternativeName] is not { } extension) return null;

        var attributes = new Dictionary<string, string>();
        var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            if (names.PeekTag().HasSameClassAndValue(DirectoryName)) ReadName(names.ReadSequence(DirectoryName).ReadSequence(), attributes);
            else names.ReadEncodedValue();
        }

        var isWhole = attributes.ContainsKey(Model) && attributes.ContainsKey(Firmware);
        return isWhole && attributes.TryGetValue(Manufacturer, out var manufacturer) ? new TpmDevice(manufacturer) : null;
    }

    private static void ReadName(AsnReader name, Dictionary<string, string> attributes)
    {
        while (name.HasData)
        {
            var set = name.ReadSetOf(skipSortOrderValidation: true);
            while (set.HasData)
            {
                var attribute = set.ReadSequence();
                var type = attribute.ReadObjectIdentifier();
                attributes[type] = ReadText(attribute);
            }
        }
    }

    // The reader takes a type that has no characters for a mistake of its caller; here it is the certificate's.
    private static string ReadText(AsnReader attribute)
    {
        var type = (UniversalTagNumber)attribute.PeekTag().TagValue;
        return TextTypes.Contains(type) ? attribute.ReadCharacterString(type) : throw new AsnContentException();
    }
}
