using MfaMiddleware.Methods.Fido.Credentials;

namespace MfaMiddleware.Methods.Fido.Registration;

/// <summary>The outcome of a registration: one of the nested types.</summary>
internal abstract record RegistrationResult
{
    private RegistrationResult()
    {
    }

    /// <summary>The key may be stored. The store's unique index on the credential id has the last word.</summary>
    /// <param name="Credential">The record.</param>
    /// <param name="UserVerified">Whether the authenticator asked for its PIN or a biometric.</param>
    public sealed record Registered(WebAuthnCredential Credential, bool UserVerified) : RegistrationResult;

    /// <summary>The key isn't taken.</summary>
    /// <param name="Reason">One of <see cref="Refusal"/>.</param>
    /// <param name="Detail">What of an attestation was wrong, in our own words, for the log.</param>
    public sealed record Refused(string Reason, string? Detail = null) : RegistrationResult;
}
