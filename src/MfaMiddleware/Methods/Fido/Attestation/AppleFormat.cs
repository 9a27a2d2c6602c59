using System.Formats.Asn1;
using System.Security.Cryptography;
using MfaMiddleware.Methods.Fido.Credentials;

namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>8.8: Apple's certificate is made for this one ceremony.</summary>
internal sealed class AppleFormat : IAttestationFormat
{
    private const string NonceExtension = "1.2.840.113635.100.8.2";

    public string Name => "apple";

    public AttestationVerdict Verify(AttestationInput input)
    {
        // Apple's older statements name the algorithm beside.
        if (!input.Statement.HasOnly("x5c") && !input.Statement.HasOnly("alg", "x5c")) return AttestationVerdict.Wrong("apple: members");

        var certificate = input.Statement.Certificates[0];
        if (certificate.Extensions[NonceExtension] is not { } extension || !IsNonce(extension.RawData, input.Signed)) return AttestationVerdict.Wrong("apple: nonce");
        if (!certificate.Certifies(input.Key)) return AttestationVerdict.Wrong("apple: key");

        return new AttestationVerdict.Valid(AttestationTrustPath.Untrusted) { Chain = input.Statement.Certificates };
    }

    // SEQUENCE { [1] EXPLICIT OCTET STRING }
    private static bool IsNonce(byte[] extension, byte[] signed)
    {
        var outer = new AsnReader(extension, AsnEncodingRules.DER);
        var inner = outer.ReadSequence().ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 1, isConstructed: true));
        outer.ThrowIfNotEmpty();
        return inner.ReadOctetString().AsSpan().SequenceEqual(SHA256.HashData(signed));
    }
}
