using System.Security.Cryptography;
using MfaMiddleware.Factors;
using MfaMiddleware.Methods.Fido.Credentials;
using Microsoft.AspNetCore.WebUtilities;

namespace MfaMiddleware.Methods.Fido;

/// <summary>
/// A key as a factor: its record is the protected secret, its signature counter the factor's counter. The factor's id is a hash of the credential id, so
/// that the store's unique index refuses a key that any user has registered.
/// </summary>
internal sealed class FidoFactor(MfaSecretProtector protector)
{
    public static string IdOf(WebAuthnCredential credential) => WebEncoders.Base64UrlEncode(SHA256.HashData(credential.Id.Span));

    public MfaFactor Write(MfaFactor draft, WebAuthnCredential credential)
    {
        var id = IdOf(credential);
        return draft with { Id = id, ProtectedSecret = protector.Protect(draft.Subject, id, credential.ToBytes()), Counter = credential.SignCount };
    }

    public MfaFactor Update(MfaFactor factor, WebAuthnCredential credential) =>
        factor with { ProtectedSecret = protector.Protect(factor.Subject, factor.Id, credential.ToBytes()), Counter = credential.SignCount };

    /// <summary>The keys of these factors, but for those that a node of another version wrote: this one can't check them, and the others stay good.</summary>
    /// <exception cref="CryptographicException">A record doesn't open: a lost key ring, never a wrong answer.</exception>
    public List<(MfaFactor Factor, WebAuthnCredential Credential)> ReadKnown(IEnumerable<MfaFactor> stored) =>
        [.. stored.Where(f => !WebAuthnCredential.IsOfAnotherVersion(protector.Unprotect(f))).Select(f => (f, Read(f)))];

    /// <exception cref="CryptographicException">The record doesn't open: a lost key ring, never a wrong answer.</exception>
    public WebAuthnCredential Read(MfaFactor factor) =>
        WebAuthnCredential.Read(protector.Unprotect(factor)) with { SignCount = checked((uint)factor.Counter) };
}
