using System.Security.Cryptography;
using MfaMiddleware.Factors;
using Microsoft.AspNetCore.WebUtilities;

namespace MfaMiddleware.Methods.Sms;

/// <summary>Codes by text message. The session keeps the last code's keyed hash; a code is used up with its session.</summary>
/// <param name="options">The present settings.</param>
/// <param name="protector">Keeps the numbers.</param>
/// <param name="codes">Makes and sends the codes.</param>
/// <param name="hasher">Finds a number that a user has already.</param>
internal sealed class SmsMethod(Func<MfaOptions> options, MfaSecretProtector protector, SmsCodeSender codes, LookupHasher hasher) : IMfaMethod, IMfaEnrollment, IHintedMethod
{
    public const string MethodName = "sms";

    private const int CodeDigits = 6;

    /// <inheritdoc/>
    public string Name => MethodName;

    /// <inheritdoc/>
    public MfaMethodTraits Traits { get; } = new() { Label = "Text message", Amr = ["sms"], Strength = MfaStrength.Sms, NeedsChallenge = true };

    /// <inheritdoc/>
    public bool Recognizes(MfaAnswer answer) => CodeOf(answer) is not null;

    /// <inheritdoc/>
    public string HintOf(MfaFactor factor) => SmsSecret.Read(protector, factor).Masked;

    /// <inheritdoc/>
    public async ValueTask<ChallengeResult> ChallengeAsync(MfaMethodContext context, CancellationToken cancellationToken)
    {
        // Offered best first: of several numbers the one used last, unless the client named one. One that a node of another version wrote is passed over
        // for one that this node can read.
        var factor = context.Factors.FirstOrDefault(f => !SmsSecret.IsOfAnotherVersion(protector, f)) ?? context.Factors[0];
        var number = SmsSecret.Read(protector, factor);
        return await codes.StartAsync(
            new SmsRequest(context.Subject, factor.Id, number, context.Network, context.SessionEndsAt, context.ChallengeState, context.Now), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<MethodResult> VerifyAsync(MfaMethodContext context, MfaAnswer answer, CancellationToken cancellationToken)
    {
        if (SmsChallenge.Read(context.ChallengeState) is not { } challenge) return new MethodResult.Rejected("not_sent");
        var factor = context.Factors.FirstOrDefault(f => f.Id == challenge.FactorId);
        // Fail closed: the number that it went to was removed, or isn't the one that was asked for.
        return factor is null ? new MethodResult.Rejected("other_factor") : await CheckAsync(challenge, factor, answer, context.Now);
    }

    /// <inheritdoc/>
    public async ValueTask<EnrollmentStart> BeginAsync(EnrollmentContext context, CancellationToken cancellationToken)
    {
        if (PhoneNumber.TryParse(context.Phone) is not { } number)
            return new EnrollmentStart.Refused("phone must be a number in international form, such as +49 151 23456789, without an extension.") { Reason = "phone_invalid" };
        if (NumberPlan.PrefixOf(number, options().Methods.Sms.AllowedCountryCodes) is null)
            return new EnrollmentStart.Refused("phone is in a country or a range that messages are not sent to.") { Reason = "phone_not_allowed" };
        var known = await IdOfAsync(context.Subject, number, cancellationToken);
        if (context.Existing.Any(f => f.Id == known)) return new EnrollmentStart.Refused("phone is set up for this account already.") { Reason = "phone_known" };

        var id = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(16));
        var request = new SmsRequest(context.Subject, id, number, context.Network, context.SessionEndsAt, context.ChallengeState, context.Now);
        return await codes.StartAsync(request, cancellationToken) switch
        {
            ChallengeResult.Started started => new EnrollmentStart.Begun(Draft(context, id, number)) { Challenge = started },
            ChallengeResult.Throttled throttled => new EnrollmentStart.Throttled(throttled.RetryAfter),
            _ => throw new InvalidOperationException("A code is sent, or it is not."),
        };
    }

    /// <inheritdoc/>
    public async ValueTask<MethodResult> CompleteAsync(EnrollmentContext context, MfaFactor draft, MfaAnswer answer, CancellationToken cancellationToken)
    {
        if (SmsChallenge.Read(context.ChallengeState) is not { } challenge || challenge.FactorId != draft.Id) return new MethodResult.Rejected("not_sent");
        var result = await CheckAsync(challenge, draft with { CreatedAt = context.Now }, answer, context.Now);
        return result is MethodResult.Accepted accepted ? new MethodResult.Accepted(await ToStoreAsync(accepted.Factor, cancellationToken)) : result;
    }

    /// <summary>The stored factor's id is the keyed hash of user and number: the store's unique index lets no user have one number twice, two set-ups at once included.</summary>
    private async Task<MfaFactor> ToStoreAsync(MfaFactor draft, CancellationToken cancellationToken)
    {
        var number = SmsSecret.Read(protector, draft);
        var id = await IdOfAsync(draft.Subject, number, cancellationToken);
        return draft with { Id = id, ProtectedSecret = SmsSecret.Protect(protector, draft.Subject, id, number) };
    }

    private ValueTask<string> IdOfAsync(MfaSubject subject, PhoneNumber number, CancellationToken cancellationToken) =>
        hasher.HashAsync("sms.factor", subject, number.Digits, cancellationToken);

    private async Task<MethodResult> CheckAsync(SmsChallenge challenge, MfaFactor factor, MfaAnswer answer, DateTimeOffset now)
    {
        if (CodeOf(answer) is not { } code) return new MethodResult.Rejected("wrong_shape");
        if (SmsSecret.IsOfAnotherVersion(protector, factor)) return new MethodResult.Rejected("unknown_version");
        return await codes.IsRightAsync(challenge, factor.Subject, SmsSecret.Read(protector, factor), code, now)
            ? new MethodResult.Accepted(factor)
            : new MethodResult.Rejected("wrong_code");
    }

    private MfaFactor Draft(EnrollmentContext context, string id, PhoneNumber number) => new()
    {
        Id = id,
        Subject = context.Subject,
        Method = MethodName,
        Name = context.Name,
        ProtectedSecret = SmsSecret.Protect(protector, context.Subject, id, number),
        CreatedAt = context.Now,
    };

    private static string? CodeOf(MfaAnswer answer) =>
        OneTimeCode.TryParse(answer.Code, out var code) && code.Digits == CodeDigits ? code.Value.ToString("D6", System.Globalization.CultureInfo.InvariantCulture) : null;
}
