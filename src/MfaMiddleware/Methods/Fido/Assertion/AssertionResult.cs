using MfaMiddleware.Methods.Fido.Credentials;

namespace MfaMiddleware.Methods.Fido.Assertion;

/// <summary>The outcome of a proof: one of the nested types.</summary>
internal abstract record AssertionResult
{
    private AssertionResult()
    {
    }

    /// <summary>The key signed. It counts once the caller has made the change of the counter by a conditional update.</summary>
    /// <param name="Credential">The credential with its new counter and backup state.</param>
    /// <param name="PreviousSignCount">The counter that the update must find.</param>
    /// <param name="UserVerified">Whether the authenticator asked for its PIN or a biometric.</param>
    public sealed record Verified(WebAuthnCredential Credential, uint PreviousSignCount, bool UserVerified) : AssertionResult;

    /// <summary>It isn't a proof.</summary>
    /// <param name="Reason">One of <see cref="Refusal"/>.</param>
    public sealed record Refused(string Reason) : AssertionResult
    {
        /// <summary>The credential, where it was found: <see cref="Refusal.CounterRegress"/> is a sign of a copied key and deserves an event.</summary>
        public WebAuthnCredential? Credential { get; init; }
    }
}
