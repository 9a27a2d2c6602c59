using System.Security.Cryptography.X509Certificates;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.Methods.Fido.Keys;

namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>8.2: the maker's key signs, or the credential itself.</summary>
internal sealed class PackedFormat : IAttestationFormat
{
    private const string Country = "2.5.4.6";
    private const string Organization = "2.5.4.10";
    private const string Unit = "2.5.4.11";
    private const string CommonName = "2.5.4.3";

    public string Name => "packed";

    public AttestationVerdict Verify(AttestationInput input)
    {
        if (input.Statement.HasOnly("alg", "sig", "x5c")) return VerifyBasic(input);
        return input.Statement.HasOnly("alg", "sig") ? VerifySelf(input) : AttestationVerdict.Wrong("packed: members");
    }

    private static AttestationVerdict VerifyBasic(AttestationInput input)
    {
        var certificate = input.Statement.Certificates[0];
        if (CoseAlgorithm.Find(input.Statement.Algorithm) is not { } algorithm) return AttestationVerdict.Wrong("packed: algorithm");

        using var key = SignatureKey.TryTake(certificate, algorithm);
        if (key is null || !key.Verify(input.Signed, input.Statement.Signature.Span)) return AttestationVerdict.Wrong("packed: signature");
        if (!IsAttestationCertificate(certificate)) return AttestationVerdict.Wrong("packed: certificate");
        if (!CertificateRules.IsFor(certificate, input.Credential.Aaguid)) return AttestationVerdict.Wrong("packed: AAGUID");

        return new AttestationVerdict.Valid(AttestationTrustPath.Untrusted) { Chain = input.Statement.Certificates };
    }

    private static AttestationVerdict VerifySelf(AttestationInput input)
    {
        if (input.Statement.Algorithm != input.Key.AlgorithmId) return AttestationVerdict.Wrong("packed: self with another algorithm");

        using var key = SignatureKey.TryImport(input.Key);
        var isSigned = key is not null && key.Verify(input.Signed, input.Statement.Signature.Span);
        return isSigned ? new AttestationVerdict.Valid(AttestationTrustPath.Self) : AttestationVerdict.Wrong("packed: self signature");
    }

    // 8.2.1
    private static bool IsAttestationCertificate(X509Certificate2 certificate) =>
        CertificateRules.IsEndEntity(certificate)
        && CertificateRules.Subject(certificate, Country) is { Length: 2 }
        && CertificateRules.Subject(certificate, Organization) is { Length: > 0 }
        && CertificateRules.Subject(certificate, Unit) == "Authenticator Attestation"
        && CertificateRules.Subject(certificate, CommonName) is { Length: > 0 };
}
