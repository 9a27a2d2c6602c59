using System.Security.Cryptography;
using System.Text.Json;
using MfaMiddleware.Factors;
using MfaMiddleware.Methods.Fido.Assertion;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.Methods.Fido.Registration;
using Microsoft.AspNetCore.WebUtilities;

namespace MfaMiddleware.Methods.Fido;

/// <summary>Security keys and passkeys: WebAuthn, U2F keys included. The one method that a phishing site can't relay.</summary>
internal sealed class FidoMethod(IWebAuthnEngine engine, FidoPolicies policies, FidoFactor factors, MfaSecretProtector protector) : IMfaMethod, IMfaEnrollment, IKeyMethod
{
    /// <summary>The method's name.</summary>
    public const string MethodName = "fido";

    /// <inheritdoc/>
    public string Name => MethodName;

    /// <inheritdoc/>
    public MfaMethodTraits Traits { get; } = new()
    {
        Label = "Security key",
        Amr = ["pop"],
        Strength = MfaStrength.PhishingResistant,
        NeedsChallenge = true,
        ChallengeIsAnsweredOnce = true,
        UsesBrowser = true,
        Guessable = false,
    };

    /// <inheritdoc/>
    public bool Recognizes(MfaAnswer answer) => answer.Credential is not null;

    /// <inheritdoc/>
    public ValueTask<ChallengeResult> ChallengeAsync(MfaMethodContext context, CancellationToken cancellationToken)
    {
        var policy = PolicyFor(context.RequiresUserVerification);
        var start = engine.BeginAssertion(policy, [.. factors.ReadKnown(context.Factors).Select(k => k.Credential)], context.Now);
        return new(new ChallengeResult.Started(start.State) { PublicKey = start.PublicKey, ExpiresIn = policy.Timeout });
    }

    /// <inheritdoc/>
    public ValueTask<MethodResult> VerifyAsync(MfaMethodContext context, MfaAnswer answer, CancellationToken cancellationToken) => new(Verify(context, answer));

    /// <inheritdoc/>
    public async ValueTask<EnrollmentStart> BeginAsync(EnrollmentContext context, CancellationToken cancellationToken)
    {
        var policy = PolicyFor(context.RequiresUserVerification);
        var request = new RegistrationRequest(context.AccountName, context.AccountName, [.. factors.ReadKnown(context.Existing).Select(k => k.Credential)]);
        var start = await engine.BeginRegistrationAsync(policy, request, context.Now, cancellationToken);
        var id = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(16));
        var draft = new MfaFactor
        {
            Id = id,
            Subject = context.Subject,
            Method = MethodName,
            Name = context.Name,
            // There is no key yet: what will be stored comes with the answer.
            ProtectedSecret = protector.Protect(context.Subject, id, []),
            CreatedAt = context.Now,
        };
        return new EnrollmentStart.Begun(draft) { Challenge = new ChallengeResult.Started(start.State) { PublicKey = start.PublicKey, ExpiresIn = policy.Timeout } };
    }

    /// <inheritdoc/>
    public async ValueTask<MethodResult> CompleteAsync(EnrollmentContext context, MfaFactor draft, MfaAnswer answer, CancellationToken cancellationToken)
    {
        if (answer.Credential is not { } credential) return new MethodResult.Rejected(Refusal.Malformed);
        // Whether any user has this key the store's unique index says, in the one moment that counts.
        var result = await engine.FinishRegistrationAsync(policies.Current, context.ChallengeState, credential, (_, _) => new(false), context.Now, cancellationToken);
        return result is RegistrationResult.Registered registered
            ? new MethodResult.Accepted(factors.Write(draft with { CreatedAt = context.Now }, registered.Credential)) { Amr = AmrOf(registered.Credential, registered.UserVerified) }
            : new MethodResult.Rejected(((RegistrationResult.Refused)result).Reason);
    }

    /// <inheritdoc/>
    public MfaKeyDetails DetailsOf(MfaFactor factor)
    {
        var credential = factors.Read(factor);
        return new MfaKeyDetails(credential.Transports, credential.BackupEligible, credential.BackupState);
    }

    /// <summary>What a ceremony begins with it keeps: its end needs no more than the present settings.</summary>
    private WebAuthnPolicy PolicyFor(bool requiresUserVerification) =>
        requiresUserVerification ? policies.Current with { UserVerification = UserVerification.Required } : policies.Current;

    private MethodResult Verify(MfaMethodContext context, MfaAnswer answer)
    {
        if (answer.Credential is not { } credential) return new MethodResult.Rejected(Refusal.Malformed);
        var known = factors.ReadKnown(context.Factors);
        switch (Finish(context, credential, [.. known.Select(k => k.Credential)]))
        {
            case AssertionResult.Verified verified:
                var (factor, before) = known.Find(k => k.Credential.Id.Span.SequenceEqual(verified.Credential.Id.Span));
                // The record changes with its backup state alone; the counter has a column of its own.
                var isSame = before.BackupState == verified.Credential.BackupState;
                return new MethodResult.Accepted(isSame ? factor with { Counter = verified.Credential.SignCount } : factors.Update(factor, verified.Credential))
                {
                    Amr = AmrOf(verified.Credential, verified.UserVerified),
                };
            case AssertionResult.Refused { Reason: Refusal.CounterRegress }:
                return new MethodResult.Rejected(Refusal.CounterRegress) { IsSignOfACopy = true };
            case AssertionResult.Refused refused:
                return new MethodResult.Rejected(refused.Reason);
            default:
                throw new InvalidOperationException("A ceremony ends in no other way.");
        }
    }

    private AssertionResult Finish(MfaMethodContext context, JsonElement credential, IReadOnlyList<WebAuthnCredential> credentials) =>
        engine.FinishAssertion(policies.Current, context.ChallengeState, credential, credentials, context.Now);

    /// <summary>RFC 8176: <c>hwk</c> only where the maker vouched for the hardware.</summary>
    private static List<string> AmrOf(WebAuthnCredential credential, bool userVerified)
    {
        var amr = new List<string>();
        if (credential.TrustPath == AttestationTrustPath.Trusted) amr.Add("hwk");
        if (userVerified) amr.Add("user");
        return amr;
    }
}
