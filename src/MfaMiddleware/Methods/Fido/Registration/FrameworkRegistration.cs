using System.Text.Json;
using MfaMiddleware.Methods.Fido.Ceremonies;
using MfaMiddleware.Methods.Fido.Messages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Methods.Fido.Registration;

/// <summary>
/// The shared framework's WebAuthn code for one ceremony, without ASP.NET Core Identity: everything that it could read is given to it
/// beforehand, since it turns an exception of a store into a wrong answer.
/// </summary>
internal sealed class FrameworkRegistration : IDisposable
{
    private const int ChallengeLength = 32;

    // Its own form of the user goes nowhere: the browser's options are ours.
    private static readonly PasskeyUserEntity User = new() { Id = "user", Name = "user", DisplayName = "user" };

    private readonly PreloadedUserManager _users = new();
    private readonly IdentityPasskeyOptions _options;
    private readonly PasskeyHandler<PreloadedUser> _handler;

    public FrameworkRegistration(WebAuthnPolicy policy, string relyingPartyId, IReadOnlyList<int> algorithms, UserVerification verification)
    {
        _options = new IdentityPasskeyOptions
        {
            ServerDomain = relyingPartyId,
            ChallengeSize = ChallengeLength,
            UserVerificationRequirement = verification.Text(),
            IsAllowedAlgorithm = algorithms.Contains,
            ValidateOrigin = context => ValueTask.FromResult(IsAllowed(context, policy)),
            // Replaced for the end of a ceremony; without a callback the handler would take any statement.
            VerifyAttestationStatement = _ => ValueTask.FromResult(false),
        };
        _handler = new PasskeyHandler<PreloadedUser>(_users, Options.Create(_options));
    }

    /// <summary>Makes the framework's challenge and state: the state's form is its own and may change with a patch.</summary>
    public async ValueTask<(byte[] Challenge, string State)> StartAsync()
    {
        var result = await _handler.MakeCreationOptionsAsync(User, new DefaultHttpContext()).ConfigureAwait(false);
        using var options = JsonDocument.Parse(result.CreationOptionsJson);
        var challenge = options.RootElement.GetProperty("challenge").GetString();
        return (System.Buffers.Text.Base64Url.DecodeFromChars(challenge), result.AttestationState ?? throw new InvalidOperationException("The framework made no state."));
    }

    /// <summary>Runs the framework's checks.</summary>
    /// <param name="state">What <see cref="StartAsync"/> gave.</param>
    /// <param name="response">The answer.</param>
    /// <param name="isAttested">Whether the statement in exactly these bytes, against this hash, was found good.</param>
    /// <returns>Whether it has no objection.</returns>
    public async ValueTask<bool> PassesAsync(string state, RegistrationResponse response, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>, bool> isAttested)
    {
        _options.VerifyAttestationStatement = context => ValueTask.FromResult(isAttested(context.AttestationObject, context.ClientDataHash));
        var context = new PasskeyAttestationContext { HttpContext = new DefaultHttpContext(), CredentialJson = response.ToJson(), AttestationState = state };
        // Its message quotes the client: it goes nowhere.
        var result = await _handler.PerformAttestationAsync(context).ConfigureAwait(false);
        return result.Succeeded && result.Passkey.CredentialId.AsSpan().SequenceEqual(response.CredentialId.Span);
    }

    public void Dispose() => _users.Dispose();

    private static bool IsAllowed(PasskeyOriginValidationContext context, WebAuthnPolicy policy) =>
        policy.Origins.Contains(context.Origin)
        && (!context.CrossOrigin || policy.AllowCrossOrigin)
        && (context.TopOrigin is null || policy.TopOrigins.Contains(context.TopOrigin));
}
