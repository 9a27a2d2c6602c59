using MfaMiddleware.Methods.Fido.Credentials;

namespace MfaMiddleware.Methods.Fido.Registration;

/// <summary>Who registers a key.</summary>
/// <param name="UserName">The name that the authenticator may show, for example an e-mail address.</param>
/// <param name="DisplayName">The name that the browser may show.</param>
/// <param name="Existing">The user's keys: they aren't registered a second time, and the new one gets their user handle.</param>
internal sealed record RegistrationRequest(string UserName, string DisplayName, IReadOnlyList<WebAuthnCredential> Existing);
