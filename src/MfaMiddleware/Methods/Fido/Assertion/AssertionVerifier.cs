using System.Security.Cryptography;
using MfaMiddleware.Methods.Fido.Ceremonies;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.Methods.Fido.Keys;
using MfaMiddleware.Methods.Fido.Messages;

namespace MfaMiddleware.Methods.Fido.Assertion;

/// <summary>WebAuthn L3, 7.2 steps 5 to 25. The cheap checks come first; nothing changes before the last has passed.</summary>
internal sealed class AssertionVerifier(WebAuthnPolicy policy, Ceremony ceremony, AssertionResponse response, SignatureKeyCache keys)
{
    public AssertionResult Verify(IReadOnlyList<WebAuthnCredential> credentials)
    {
        // 5: one of those that were offered. 6: still the user's own.
        if (!ceremony.Names(response.CredentialId.Span)) return new AssertionResult.Refused(Refusal.CredentialNotOffered);
        if (Find(credentials) is not { } credential) return new AssertionResult.Refused(Refusal.CredentialUnknown);
        if (!IsHandle(credential)) return Refuse(Refusal.UserHandleMismatch, credential);

        // 8 to 14
        if (ClientData.TryRead(response.ClientDataJson.Span) is not { } clientData) return Refuse(Refusal.Malformed, credential);
        if (ClientDataRules.WhyNot(clientData, ceremony, policy) is { } reason) return Refuse(reason, credential);

        // An assertion never brings a new credential (6.3.3).
        if (AuthenticatorData.TryRead(response.AuthenticatorData) is not { Credential: null } data) return Refuse(Refusal.Malformed, credential);
        return WhyNot(data, credential) is { } why ? Refuse(why, credential) : Accept(data, credential);
    }

    private static AssertionResult.Refused Refuse(string reason, WebAuthnCredential credential) => new(reason) { Credential = credential };

    // 24: the caller stores it. uvInitialized stays as it is: raising it takes another factor's authorization.
    private static AssertionResult.Verified Accept(AuthenticatorData data, WebAuthnCredential credential) => new(
        credential with { SignCount = data.SignCount, BackupState = data.Has(AuthenticatorFlags.BackupState) },
        credential.SignCount,
        data.Has(AuthenticatorFlags.UserVerified) && !credential.IsU2F);

    private WebAuthnCredential? Find(IReadOnlyList<WebAuthnCredential> credentials)
    {
        foreach (var credential in credentials)
        {
            if (credential.Id.Span.SequenceEqual(response.CredentialId.Span)) return credential;
        }

        return null;
    }

    private bool IsHandle(WebAuthnCredential credential) =>
        response.UserHandle.IsEmpty || CryptographicOperations.FixedTimeEquals(response.UserHandle.Span, credential.UserHandle.Span);

    private string? WhyNot(AuthenticatorData data, WebAuthnCredential credential)
    {
        // 15, and 10.1.1: where the AppID was used its hash must be there, and nowhere else. The AppID is the ceremony's, never the client's.
        var usedAppId = response.UsedAppId && ceremony.AppId is not null && credential.IsU2F;
        if (!data.IsFor(usedAppId ? ceremony.AppId! : ceremony.RelyingPartyId)) return Refusal.RpIdMismatch;
        if (FlagRules.WhyNot(data, ceremony.UserVerification, credential.IsU2F) is { } reason) return reason;
        if (data.Has(AuthenticatorFlags.BackupEligible) != credential.BackupEligible) return Refusal.BackupEligibilityChanged;
        if (!IsSigned(credential)) return Refusal.BadSignature;

        return IsCounted(data.SignCount, credential.SignCount) ? null : Refusal.CounterRegress;
    }

    // 20 and 21
    private bool IsSigned(WebAuthnCredential credential)
    {
        var length = response.AuthenticatorData.Length;
        Span<byte> signed = length <= 256 ? stackalloc byte[length + SHA256.HashSizeInBytes] : new byte[length + SHA256.HashSizeInBytes];
        response.AuthenticatorData.Span.CopyTo(signed);
        SHA256.HashData(response.ClientDataJson.Span, signed[length..]);
        return keys.Verify(credential, signed, response.Signature.Span);
    }

    // 22: a counter that stands still or goes back is a copied key's; an authenticator without a counter always says zero.
    private static bool IsCounted(uint reported, uint stored) => reported > stored || (reported == 0 && stored == 0);
}
