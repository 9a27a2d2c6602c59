using System.Text.Json;
using MfaMiddleware.Methods.Fido.Assertion;
using MfaMiddleware.Methods.Fido.Ceremonies;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.Methods.Fido.Registration;

namespace MfaMiddleware.Methods.Fido;

/// <summary>
/// The two ceremonies of WebAuthn L3 (7.1 and 7.2) and nothing else: no storage, no session. The caller keeps the state, gives it back once
/// (it is spent by a failure too), and makes the counter's change by a conditional update.
/// </summary>
internal interface IWebAuthnEngine
{
    /// <summary>Starts the registration of a key.</summary>
    ValueTask<CeremonyStart> BeginRegistrationAsync(WebAuthnPolicy policy, RegistrationRequest request, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Checks what the browser's <c>create()</c> gave.</summary>
    /// <param name="policy">The policy that the ceremony began with.</param>
    /// <param name="state">What <see cref="BeginRegistrationAsync"/> left.</param>
    /// <param name="credential">The credential's <c>toJSON()</c>; any JSON.</param>
    /// <param name="isRegistered">Whether any user has this credential id; called outside the framework's code, so that a store that is down is an exception.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The credential's record, or why not.</returns>
    ValueTask<RegistrationResult> FinishRegistrationAsync(
        WebAuthnPolicy policy, string? state, JsonElement credential, CredentialLookup isRegistered, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Starts a proof by one of the user's keys.</summary>
    CeremonyStart BeginAssertion(WebAuthnPolicy policy, IReadOnlyList<WebAuthnCredential> credentials, DateTimeOffset now);

    /// <summary>Checks what the browser's <c>get()</c> gave.</summary>
    /// <param name="policy">The policy that the ceremony began with.</param>
    /// <param name="state">What <see cref="BeginAssertion"/> left.</param>
    /// <param name="credential">The credential's <c>toJSON()</c>; any JSON.</param>
    /// <param name="credentials">The user's credentials as they are now; never another user's.</param>
    /// <param name="now">The time.</param>
    /// <returns>The credential with its new counter, or why not.</returns>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The stored public key is damaged.</exception>
    AssertionResult FinishAssertion(
        WebAuthnPolicy policy, string? state, JsonElement credential, IReadOnlyList<WebAuthnCredential> credentials, DateTimeOffset now);
}
