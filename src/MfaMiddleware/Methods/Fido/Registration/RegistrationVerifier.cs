using System.Security.Cryptography;
using MfaMiddleware.Methods.Fido.Attestation;
using MfaMiddleware.Methods.Fido.Ceremonies;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.Methods.Fido.Keys;
using MfaMiddleware.Methods.Fido.Messages;

namespace MfaMiddleware.Methods.Fido.Registration;

/// <summary>
/// WebAuthn L3, 7.1 steps 5 to 27: our own reading of every field first, for the reasons and for what the framework leaves to others, the
/// attestation among it; then the framework's, of the same bytes.
/// </summary>
internal sealed class RegistrationVerifier(WebAuthnPolicy policy, Ceremony ceremony, RegistrationResponse response, DateTimeOffset now)
{
    private const string FidoU2F = "fido-u2f";

    public async ValueTask<RegistrationResult> VerifyAsync(CredentialLookup isRegistered, CancellationToken cancellationToken)
    {
        if (ClientData.TryRead(response.ClientDataJson.Span) is not { } clientData) return Refuse(Refusal.Malformed);
        if (ClientDataRules.WhyNot(clientData, ceremony, policy) is { } reason) return Refuse(reason);
        if (AttestationObject.TryRead(response.AttestationObject) is not { Data.Credential: { } attested } attestation) return Refuse(Refusal.Malformed);
        if (WhyNot(attestation) is { } why) return Refuse(why);
        if (WhyNotKey(attested.PublicKey) is { } whyNotKey) return Refuse(whyNotKey);

        // 26: not of this user, nor of any other
        if (ceremony.Names(attested.Id.Span) || await isRegistered(attested.Id, cancellationToken).ConfigureAwait(false)) return Refuse(Refusal.CredentialRegistered);

        return await AttestAsync(attestation).ConfigureAwait(false);
    }

    private static RegistrationResult.Refused Refuse(string reason) => new(reason);

    // 14 to 17, and 25; an id under 16 bytes can't be unique by chance (chapter 4, "credential id").
    private string? WhyNot(AttestationObject attestation)
    {
        var data = attestation.Data;
        if (!data.IsFor(ceremony.RelyingPartyId)) return Refusal.RpIdMismatch;
        if (FlagRules.WhyNot(data, ceremony.UserVerification, attestation.Format == FidoU2F) is { } reason) return reason;
        if (data.Credential!.Id.Length is < 16 or > 1023) return Refusal.CredentialIdLength;

        return data.Credential.Id.Span.SequenceEqual(response.CredentialId.Span) ? null : Refusal.CredentialIdMismatch;
    }

    // 20: of this very ceremony; and 5.8.5: the curve of the algorithm, and no weak key.
    private string? WhyNotKey(ReadOnlyMemory<byte> publicKey)
    {
        if (CoseKey.TryRead(publicKey) is not { } key) return Refusal.KeyInvalid;
        if (CoseAlgorithm.Find(key.AlgorithmId) is null) return Refusal.AlgorithmNotSupported;
        if (!ceremony.Algorithms.Contains(key.AlgorithmId)) return Refusal.AlgorithmNotOffered;

        using var imported = SignatureKey.TryImport(key);
        return imported is null ? Refusal.KeyInvalid : null;
    }

    private async ValueTask<RegistrationResult> AttestAsync(AttestationObject attestation)
    {
        var clientDataHash = SHA256.HashData(response.ClientDataJson.Span);
        var verdict = AttestationVerifier.Verify(attestation, clientDataHash, policy.AttestationPolicy, now);
        if (verdict is AttestationVerdict.Invalid invalid) return new RegistrationResult.Refused(invalid.Reason, invalid.Detail);

        using var framework = new FrameworkRegistration(policy, ceremony.RelyingPartyId, ceremony.Algorithms, ceremony.UserVerification);
        var passes = await framework.PassesAsync(ceremony.FrameworkState, response, IsWhatWasVerified).ConfigureAwait(false);
        return passes && verdict is AttestationVerdict.Valid valid ? Accept(attestation, valid.TrustPath) : Refuse(Refusal.FrameworkRefused);

        bool IsWhatWasVerified(ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> hash) =>
            bytes.Span.SequenceEqual(response.AttestationObject.Span) && hash.Span.SequenceEqual(clientDataHash);
    }

    private RegistrationResult.Registered Accept(AttestationObject attestation, AttestationTrustPath trustPath)
    {
        var data = attestation.Data;
        var isVerified = data.Has(AuthenticatorFlags.UserVerified);
        var credential = new WebAuthnCredential
        {
            Id = data.Credential!.Id.ToArray(),
            PublicKey = data.Credential.PublicKey.ToArray(),
            Algorithm = CoseKey.TryRead(data.Credential.PublicKey)!.AlgorithmId,
            SignCount = data.SignCount,
            UserHandle = ceremony.UserHandle,
            Aaguid = data.Credential.Aaguid,
            AttestationFormat = attestation.Format,
            TrustPath = trustPath,
            Transports = response.Transports,
            BackupEligible = data.Has(AuthenticatorFlags.BackupEligible),
            BackupState = data.Has(AuthenticatorFlags.BackupState),
            UserVerificationInitialized = isVerified,
            // Without its attestation a U2F key is told by nothing, and needn't be: create() binds every key to the relying party id, never to the
            // AppID, and the bit that U2F doesn't have stays clear.
            IsU2F = attestation.Format == FidoU2F,
        };
        return new RegistrationResult.Registered(credential, isVerified);
    }
}
