using System.Text.Json;
using MfaMiddleware.Methods.Fido.Assertion;
using MfaMiddleware.Methods.Fido.Ceremonies;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.Methods.Fido.Keys;
using MfaMiddleware.Methods.Fido.Messages;
using MfaMiddleware.Methods.Fido.Registration;

namespace MfaMiddleware.Methods.Fido;

/// <inheritdoc />
internal sealed class WebAuthnEngine(SignatureKeyCache keys) : IWebAuthnEngine
{
    public async ValueTask<CeremonyStart> BeginRegistrationAsync(WebAuthnPolicy policy, RegistrationRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var ceremony = await RegistrationStarter.StartAsync(policy, request, now).ConfigureAwait(false);
        return new CeremonyStart(CreationOptionsJson.Write(policy, request, ceremony), ceremony.ToText());
    }

    public async ValueTask<RegistrationResult> FinishRegistrationAsync(
        WebAuthnPolicy policy, string? state, JsonElement credential, CredentialLookup isRegistered, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (Ceremony.TryRead(state) is not { } ceremony) return new RegistrationResult.Refused(Refusal.CeremonyUnknown);
        if (ceremony.WhyNotNow(CeremonyPurpose.Registration, now) is { } reason) return new RegistrationResult.Refused(reason);
        if (RegistrationResponse.TryRead(credential) is not { } response) return new RegistrationResult.Refused(Refusal.Malformed);

        var verifier = new RegistrationVerifier(policy, ceremony, response, now);
        return await verifier.VerifyAsync(isRegistered, cancellationToken).ConfigureAwait(false);
    }

    public CeremonyStart BeginAssertion(WebAuthnPolicy policy, IReadOnlyList<WebAuthnCredential> credentials, DateTimeOffset now)
    {
        var ceremony = Ceremony.OfAssertion(policy, credentials, now);
        return new CeremonyStart(RequestOptionsJson.Write(policy, credentials, ceremony), ceremony.ToText());
    }

    public AssertionResult FinishAssertion(
        WebAuthnPolicy policy, string? state, JsonElement credential, IReadOnlyList<WebAuthnCredential> credentials, DateTimeOffset now)
    {
        if (Ceremony.TryRead(state) is not { } ceremony) return new AssertionResult.Refused(Refusal.CeremonyUnknown);
        if (ceremony.WhyNotNow(CeremonyPurpose.Assertion, now) is { } reason) return new AssertionResult.Refused(reason);
        if (AssertionResponse.TryRead(credential) is not { } response) return new AssertionResult.Refused(Refusal.Malformed);

        return new AssertionVerifier(policy, ceremony, response, keys).Verify(credentials);
    }
}
