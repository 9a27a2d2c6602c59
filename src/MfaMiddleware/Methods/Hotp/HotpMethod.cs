using System.Security.Cryptography;
using MfaMiddleware.Factors;
using Microsoft.AspNetCore.WebUtilities;

namespace MfaMiddleware.Methods.Hotp;

/// <summary>Codes of a token with a button (RFC 4226). A factor's <see cref="MfaFactor.Counter"/> is the counter of the next code.</summary>
/// <param name="options">The present settings.</param>
/// <param name="protector">Opens the factors' secrets.</param>
/// <param name="applicationName">The host's application name: the issuer where the settings name none.</param>
internal sealed class HotpMethod(Func<MfaOptions> options, MfaSecretProtector protector, string applicationName) : IMfaMethod, IMfaEnrollment, ICounterMethod
{
    public const string MethodName = "hotp";

    private const long MaxCounter = 1L << 40;

    /// <inheritdoc/>
    public string Name => MethodName;

    /// <inheritdoc/>
    public MfaMethodTraits Traits { get; } = new() { Label = "Token", Amr = ["otp"], Strength = MfaStrength.Otp };

    /// <inheritdoc/>
    public bool Recognizes(MfaAnswer answer) => OneTimeCode.TryParse(answer.Code, out _);

    /// <inheritdoc/>
    public ValueTask<ChallengeResult> ChallengeAsync(MfaMethodContext context, CancellationToken cancellationToken) =>
        new(new ChallengeResult.NotNeeded());

    /// <inheritdoc/>
    public ValueTask<MethodResult> VerifyAsync(MfaMethodContext context, MfaAnswer answer, CancellationToken cancellationToken) =>
        new(Check(context.Factors, answer));

    /// <inheritdoc/>
    public ValueTask<EnrollmentStart> BeginAsync(EnrollmentContext context, CancellationToken cancellationToken)
    {
        if (context.Counter is < 0 or > MaxCounter) return new(new EnrollmentStart.Refused($"counter must be 0 to {MaxCounter}.") { Reason = "counter_invalid" });
        var imported = context.Secret is { } text ? HotpSeed.TryRead(text) : null;
        if (context.Secret is not null && imported is null) return new(new EnrollmentStart.Refused("secret must be 128 to 512 bits, hexadecimal or base32.") { Reason = "secret_invalid" });

        var key = imported ?? RandomNumberGenerator.GetBytes(HotpSecret.KeyLength);
        var clear = HotpSecret.Write(options().Methods.Hotp.Digits, key);
        try
        {
            return new(Draft(context, key, clear, isImported: imported is not null));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <inheritdoc/>
    public ValueTask<MethodResult> CompleteAsync(EnrollmentContext context, MfaFactor draft, MfaAnswer answer, CancellationToken cancellationToken) =>
        new(Check([draft with { CreatedAt = context.Now }], answer));

    /// <inheritdoc/>
    public MethodResult Resynchronize(MfaFactor factor, string first, string second)
    {
        if (!OneTimeCode.TryParse(first, out var one) || !OneTimeCode.TryParse(second, out var two)) return new MethodResult.Rejected("wrong_shape");
        var clear = protector.Unprotect(factor);
        try
        {
            if (HotpSecret.IsOfAnotherVersion(clear)) return new MethodResult.Rejected("unknown_version");
            var found = HotpCode.FindPair(HotpSecret.Read(clear), one, two, factor.Counter, options().Methods.Hotp.ResyncWindow);
            return found == HotpCode.NoCounter ? new MethodResult.Rejected("wrong_code") : new MethodResult.Accepted(factor with { Counter = found + 1 });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
        }
    }

    private EnrollmentStart.Begun Draft(EnrollmentContext context, byte[] key, byte[] clear, bool isImported)
    {
        var id = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(16));
        var draft = new MfaFactor
        {
            Id = id,
            Subject = context.Subject,
            Method = MethodName,
            Name = context.Name,
            ProtectedSecret = protector.Protect(context.Subject, id, clear),
            Counter = context.Counter ?? 0,
            CreatedAt = context.Now,
        };
        // Who brought the seed has it: it isn't said once more.
        if (isImported) return new EnrollmentStart.Begun(draft);

        var secret = Base32.Encode(key);
        var settings = options();
        var uri = OtpAuthUri.Hotp(settings.Issuer ?? applicationName, context.AccountName, secret, settings.Methods.Hotp.Digits, draft.Counter);
        return new EnrollmentStart.Begun(draft) { Secret = secret, Uri = uri };
    }

    private MethodResult Check(IReadOnlyList<MfaFactor> factors, MfaAnswer answer)
    {
        if (!OneTimeCode.TryParse(answer.Code, out var code)) return new MethodResult.Rejected("wrong_shape");

        MethodResult best = new MethodResult.Rejected("wrong_code");
        foreach (var factor in factors)
        {
            var result = Check(factor, code);
            if (result is MethodResult.Accepted) return result;
            if (result is MethodResult.Replayed) best = result;
        }

        return best;
    }

    private MethodResult Check(MfaFactor factor, OneTimeCode code)
    {
        // A secret that doesn't open throws, and the caller answers 503: passing the factor over would turn a lost key into a wrong code.
        var clear = protector.Unprotect(factor);
        try
        {
            if (HotpSecret.IsOfAnotherVersion(clear)) return new MethodResult.Rejected("unknown_version");
            var secret = HotpSecret.Read(clear);
            var found = HotpCode.Find(secret, code, factor.Counter, options().Methods.Hotp.LookAhead);
            if (found != HotpCode.NoCounter) return new MethodResult.Accepted(factor with { Counter = found + 1 });

            // The one code that is surely spent, so that the event says so; it is refused like any other.
            return factor.Counter > 0 && code.Digits == secret.Digits && HotpCode.IsAt(secret, code, factor.Counter - 1)
                ? new MethodResult.Replayed()
                : new MethodResult.Rejected("wrong_code");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
        }
    }
}
