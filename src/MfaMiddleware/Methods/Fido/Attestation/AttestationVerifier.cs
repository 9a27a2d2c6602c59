using System.Collections.Frozen;
using System.Formats.Asn1;
using System.Security.Cryptography;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.Methods.Fido.Keys;
using MfaMiddleware.Methods.Fido.Messages;

namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>WebAuthn L3, 7.1 steps 21 to 24: the format, its procedure, the chain, and the policy.</summary>
internal static class AttestationVerifier
{
    private static readonly FrozenDictionary<string, IAttestationFormat> Formats = new IAttestationFormat[]
    {
        new NoneFormat(), new PackedFormat(), new FidoU2FFormat(), new TpmFormat(), new AndroidKeyFormat(), new AppleFormat(),
    }.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    public static AttestationVerdict Verify(AttestationObject attestation, ReadOnlyMemory<byte> clientDataHash, AttestationPolicy policy, DateTimeOffset now)
    {
        if (!Formats.TryGetValue(attestation.Format, out var format)) return new AttestationVerdict.Invalid(Refusal.AttestationFormatUnknown, "unknown format");
        if (CoseKey.TryRead(attestation.Data.Credential!.PublicKey) is not { } key) return AttestationVerdict.Wrong("unreadable key");

        using var statement = AttestationStatement.TryRead(attestation.Statement);
        if (statement is null) return AttestationVerdict.Wrong("unreadable statement");

        var input = new AttestationInput(statement, attestation.Data, key, clientDataHash, policy);
        try
        {
            return format.Verify(input) is var verdict && verdict is AttestationVerdict.Valid valid ? Assess(valid, input, now) : verdict;
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            // A certificate's extension is no ASN.1, or its key isn't one of this platform: both are the client's.
            return AttestationVerdict.Wrong("unreadable certificate");
        }
    }

    private static AttestationVerdict Assess(AttestationVerdict.Valid valid, AttestationInput input, DateTimeOffset now)
    {
        var policy = input.Policy;
        var aaguid = input.Credential.Aaguid;
        var isAllowed = policy.AllowedAaguids.Count == 0 || policy.AllowedAaguids.Contains(aaguid);
        if (!isAllowed || policy.DeniedAaguids.Contains(aaguid)) return new AttestationVerdict.Invalid(Refusal.AaguidNotAllowed, "model not allowed");

        var isTrusted = valid.Chain.Count > 0 && TrustChain.LeadsTo(policy.Roots, valid.Chain, now);
        // Self attestation and none prove nothing of the maker.
        if (!isTrusted && policy.RefuseUntrusted) return new AttestationVerdict.Invalid(Refusal.AttestationUntrusted, "no configured root");

        return isTrusted ? new AttestationVerdict.Valid(AttestationTrustPath.Trusted) : new AttestationVerdict.Valid(valid.TrustPath);
    }
}
