using System.Security.Cryptography;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.Methods.Fido.Keys;

namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>8.3: a TPM certifies the key.</summary>
internal sealed class TpmFormat : IAttestationFormat
{
    public string Name => "tpm";

    public AttestationVerdict Verify(AttestationInput input)
    {
        var statement = input.Statement;
        if (!statement.HasOnly("ver", "alg", "x5c", "sig", "certInfo", "pubArea") || statement.TpmVersion != "2.0") return AttestationVerdict.Wrong("tpm: members");
        if (AlgorithmOf(statement) is not { } algorithm) return AttestationVerdict.Wrong("tpm: algorithm");
        if (TpmPublicArea.TryRead(statement.PubArea) is not { } area || !area.Describes(input.Key)) return AttestationVerdict.Wrong("tpm: key");
        if (TpmCertInfo.TryRead(statement.CertInfo) is not { } info || !info.Certifies(area)) return AttestationVerdict.Wrong("tpm: certified name");
        if (!info.ExtraData.Span.SequenceEqual(CryptographicOperations.HashData(algorithm.Hash, input.Signed))) return AttestationVerdict.Wrong("tpm: extra data");

        using var key = SignatureKey.TryTake(statement.Certificates[0], algorithm);
        if (key is null || !key.Verify(statement.CertInfo.Span, statement.Signature.Span)) return AttestationVerdict.Wrong("tpm: signature");

        return VerifyCertificate(input);
    }

    private static AttestationVerdict VerifyCertificate(AttestationInput input)
    {
        var certificate = input.Statement.Certificates[0];
        if (!TpmCertificate.IsIdentity(certificate) || TpmCertificate.ReadDevice(certificate) is not { } device) return AttestationVerdict.Wrong("tpm: certificate");
        if (!CertificateRules.IsFor(certificate, input.Credential.Aaguid)) return AttestationVerdict.Wrong("tpm: AAGUID");
        if (input.Policy.KnownTpmManufacturer && !TpmManufacturers.Contains(device.Manufacturer)) return new AttestationVerdict.Invalid(Refusal.TpmManufacturerUnknown, "tpm: manufacturer");

        return new AttestationVerdict.Valid(AttestationTrustPath.Untrusted) { Chain = input.Statement.Certificates };
    }

    private static CoseAlgorithm? AlgorithmOf(AttestationStatement statement) =>
        statement.Algorithm == CoseAlgorithm.Rs1.Id ? CoseAlgorithm.Rs1 : CoseAlgorithm.Find(statement.Algorithm);
}
