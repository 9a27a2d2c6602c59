using System.Text.Json;
using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.Fido.Assertion;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.Methods.Fido.Keys;
using MfaMiddleware.Methods.Fido.Registration;
using MfaMiddleware.TestKit.Fido;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

/// <summary>A site with one user, who has the keys that were registered here.</summary>
internal sealed class Site
{
    public const string AppId = "https://example.com/app-id.json";

    private readonly WebAuthnEngine _engine = new(new SignatureKeyCache());

    public WebAuthnPolicy Policy { get; set; } = new() { RelyingPartyId = "example.com", RelyingPartyName = "Example", Origins = ["https://example.com"], AppId = AppId };

    public DateTimeOffset Now { get; set; } = Vector.Now;

    public List<WebAuthnCredential> Keys { get; } = [];

    public Func<ReadOnlyMemory<byte>, bool> IsRegistered { get; set; } = _ => false;

    public static string Reason(object result) => result switch
    {
        AssertionResult.Refused refused => refused.Reason,
        RegistrationResult.Refused refused => refused.Reason,
        _ => "accepted",
    };

    public async Task<(JsonElement Options, string State)> BeginRegistrationAsync()
    {
        var start = await _engine.BeginRegistrationAsync(Policy, new RegistrationRequest("anna@example.com", "Anna", Keys), Now, CancellationToken.None);
        return (start.PublicKey, start.State);
    }

    public async Task<RegistrationResult> FinishRegistrationAsync(string? state, JsonElement credential) =>
        await _engine.FinishRegistrationAsync(Policy, state, credential, (id, _) => ValueTask.FromResult(IsRegistered(id)), Now, CancellationToken.None);

    public (JsonElement Options, string State) BeginAssertion()
    {
        var start = _engine.BeginAssertion(Policy, Keys, Now);
        return (start.PublicKey, start.State);
    }

    public AssertionResult FinishAssertion(string? state, JsonElement credential) => _engine.FinishAssertion(Policy, state, credential, Keys, Now);

    public async Task<RegistrationResult> RegisterAsync(SoftAuthenticator authenticator, Action<SoftDraft>? change = null)
    {
        var (options, state) = await BeginRegistrationAsync();
        return await FinishRegistrationAsync(state, authenticator.Create(options, change));
    }

    public AssertionResult Prove(SoftAuthenticator authenticator, Action<SoftDraft>? change = null)
    {
        var (options, state) = BeginAssertion();
        return FinishAssertion(state, authenticator.Get(options, change));
    }

    /// <summary>Registers a key, as the user's.</summary>
    public async Task<WebAuthnCredential> OwnAsync(SoftAuthenticator authenticator)
    {
        var registered = Assert.IsType<RegistrationResult.Registered>(await RegisterAsync(authenticator));
        Keys.Add(registered.Credential);
        return registered.Credential;
    }

    /// <summary>Makes a proof and keeps its counter, as a caller does.</summary>
    public WebAuthnCredential Accept(SoftAuthenticator authenticator, Action<SoftDraft>? change = null)
    {
        var verified = Assert.IsType<AssertionResult.Verified>(Prove(authenticator, change));
        Keys[Keys.FindIndex(k => k.Id.Span.SequenceEqual(verified.Credential.Id.Span))] = verified.Credential;
        return verified.Credential;
    }

    /// <summary>Imports a key of U2F days: key handle, point and counter are all there is.</summary>
    public void ImportU2F(SoftAuthenticator authenticator, uint counter) => Keys.Add(new WebAuthnCredential
    {
        Id = authenticator.CredentialId,
        PublicKey = authenticator.Key.PublicKey,
        Algorithm = authenticator.Key.Algorithm,
        SignCount = counter,
        IsU2F = true,
    });
}
