using System.Security.Cryptography;
using MfaMiddleware.Factors;
using Microsoft.AspNetCore.WebUtilities;

namespace MfaMiddleware.Methods.Totp;

/// <summary>Codes of an authenticator app (RFC 6238).</summary>
/// <param name="options">The present settings.</param>
/// <param name="protector">Opens the factors' secrets.</param>
/// <param name="applicationName">The host's application name: the issuer where the settings name none.</param>
internal sealed class TotpMethod(Func<MfaOptions> options, MfaSecretProtector protector, string applicationName) : IMfaMethod, IMfaEnrollment
{
    /// <summary>The method's name.</summary>
    public const string MethodName = "totp";

    /// <inheritdoc/>
    public string Name => MethodName;

    /// <inheritdoc/>
    public MfaMethodTraits Traits { get; } = new() { Label = "Phone app", Amr = ["otp"], Strength = MfaStrength.Otp };

    /// <inheritdoc/>
    public bool Recognizes(MfaAnswer answer) => OneTimeCode.TryParse(answer.Code, out _);

    /// <inheritdoc/>
    public ValueTask<ChallengeResult> ChallengeAsync(MfaMethodContext context, CancellationToken cancellationToken) =>
        new(new ChallengeResult.NotNeeded());

    /// <inheritdoc/>
    public ValueTask<MethodResult> VerifyAsync(MfaMethodContext context, MfaAnswer answer, CancellationToken cancellationToken) =>
        new(Check(context.Factors, answer, context.Now));

    /// <inheritdoc/>
    public ValueTask<EnrollmentStart> BeginAsync(EnrollmentContext context, CancellationToken cancellationToken)
    {
        var settings = options();
        var parameters = TotpParameters.Of(settings.Methods.Totp);
        var id = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(16));
        var clear = TotpSecret.Generate(parameters);
        try
        {
            var secret = Base32.Encode(TotpSecret.Read(clear).Key);
            var draft = new MfaFactor
            {
                Id = id,
                Subject = context.Subject,
                Method = MethodName,
                Name = context.Name,
                ProtectedSecret = protector.Protect(context.Subject, id, clear),
                CreatedAt = context.Now,
            };
            var uri = OtpAuthUri.Totp(settings.Issuer ?? applicationName, context.AccountName, secret, parameters);
            return new(new EnrollmentStart.Begun(draft) { Secret = secret, Uri = uri });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
        }
    }

    /// <inheritdoc/>
    public ValueTask<MethodResult> CompleteAsync(
        EnrollmentContext context, MfaFactor draft, MfaAnswer answer, CancellationToken cancellationToken) =>
        new(Check([draft with { CreatedAt = context.Now }], answer, context.Now));

    private MethodResult Check(IReadOnlyList<MfaFactor> factors, MfaAnswer answer, DateTimeOffset now)
    {
        if (!OneTimeCode.TryParse(answer.Code, out var code)) return new MethodResult.Rejected("wrong_shape");

        // Every factor is worked through, whichever accepts: the time taken doesn't tell whose code it was.
        MethodResult best = new MethodResult.Rejected("wrong_code");
        foreach (var factor in factors) best = Better(best, Check(factor, code, now));
        return best;
    }

    private MethodResult Check(MfaFactor factor, OneTimeCode code, DateTimeOffset now)
    {
        // A secret that doesn't open throws, and the caller answers 503: passing the factor over would turn a lost key into a wrong code.
        var clear = protector.Unprotect(factor);
        try
        {
            if (TotpSecret.IsOfAnotherVersion(clear)) return new MethodResult.Rejected("unknown_version");
            var secret = TotpSecret.Read(clear);
            var window = options().Methods.Totp.Window;
            var step = TotpCode.FindStep(secret, code, now, window);
            if (step == TotpCode.NoStep) return new MethodResult.Rejected(IsAhead(factor, secret, now, window) ? "clock_skew" : "wrong_code");

            // Fail closed: a store that failed over may have forgotten the marks of these steps.
            if (factor.MarksSince is { } since && step <= secret.Parameters.StepAt(since) + window.Future) return new MethodResult.Rejected("after_failover");

            // RFC 6238 section 5.2: the verifier must not accept the second attempt of an OTP. Earlier steps are closed with it.
            return step <= factor.Counter ? new MethodResult.Replayed() : new MethodResult.Accepted(factor with { Counter = step });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
        }
    }

    /// <summary>Whether a step was accepted that is yet to come: the clock of this host, or of the one that accepted it, is wrong.</summary>
    private static bool IsAhead(MfaFactor factor, TotpSecret secret, DateTimeOffset now, TotpWindowOptions window) =>
        factor.Counter > secret.Parameters.StepAt(now) + window.Future;

    // A code that one device has used may be another device's fresh one.
    private static MethodResult Better(MethodResult one, MethodResult other) => (one, other) switch
    {
        (MethodResult.Accepted, _) => one,
        (_, MethodResult.Accepted) => other,
        (MethodResult.Replayed, _) => one,
        (_, MethodResult.Replayed) => other,
        (MethodResult.Rejected { Reason: "clock_skew" }, _) => one,
        _ => other,
    };
}
