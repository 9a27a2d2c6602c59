using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.Methods.Fido.Keys;
using MfaMiddleware.Methods.Fido.Messages;

namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>8.6: a U2F key. Its signature covers neither flags nor counter nor AAGUID: those must be what a client makes of U2F (CTAP 2.1, 7.1).</summary>
internal sealed class FidoU2FFormat : IAttestationFormat
{
    private const AuthenticatorFlags Impossible =
        AuthenticatorFlags.UserVerified | AuthenticatorFlags.BackupEligible | AuthenticatorFlags.BackupState | AuthenticatorFlags.Extensions;

    public string Name => "fido-u2f";

    public AttestationVerdict Verify(AttestationInput input)
    {
        if (!input.Statement.HasOnly("sig", "x5c") || input.Statement.Certificates is not [var certificate]) return AttestationVerdict.Wrong("fido-u2f: members");
        if (input.Data.Has(Impossible) || input.Data.SignCount != 0) return AttestationVerdict.Wrong("fido-u2f: flags or counter");
        if (input.Policy.ZeroAaguidForU2F && input.Credential.Aaguid != Guid.Empty) return new AttestationVerdict.Invalid(Refusal.AaguidNotZero, "fido-u2f: AAGUID");

        var curve = CoseCurve.P256;
        var isPoint = input.Key is { Type: CoseKey.EllipticCurve, X.Length: 32, Y.Length: 32 } && input.Key.Curve == curve.Id;
        using var certified = certificate.GetECDsaPublicKeyOf(curve);
        if (!isPoint || certified is null) return AttestationVerdict.Wrong("fido-u2f: curve");

        using var key = SignatureKey.TryTake(certificate, CoseAlgorithm.Es256);
        var isSigned = key is not null && key.Verify(SignedBy(input), input.Statement.Signature.Span);
        return isSigned ? new AttestationVerdict.Valid(AttestationTrustPath.Untrusted) { Chain = input.Statement.Certificates } : AttestationVerdict.Wrong("fido-u2f: signature");
    }

    // FIDO U2F raw message formats, 4.3: a reserved byte, the application, the challenge, the key handle and the point.
    private static byte[] SignedBy(AttestationInput input) =>
    [
        0x00, .. input.Data.RpIdHash.Span, .. input.ClientDataHash.Span, .. input.Credential.Id.Span, 0x04, .. input.Key.X.Span, .. input.Key.Y.Span,
    ];
}
