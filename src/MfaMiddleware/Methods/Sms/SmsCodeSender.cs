using System.Globalization;
using System.Security.Cryptography;
using MfaMiddleware.Factors;
using MfaMiddleware.Methods.Sms.Senders;
using Microsoft.AspNetCore.WebUtilities;

namespace MfaMiddleware.Methods.Sms;

/// <summary>A code that is wanted.</summary>
internal sealed record SmsRequest(
    MfaSubject Subject, string FactorId, PhoneNumber Number, string Network, DateTimeOffset? SessionEndsAt, string? LastState, DateTimeOffset Now);

/// <summary>Makes codes and has them sent: the ladder first, then the prefix, then the budgets, and the gateway last.</summary>
internal sealed class SmsCodeSender(
    Func<MfaOptions> options, LookupHasher hasher, SmsBudgets budgets, SmsFraudBreaker fraud, SmsSenderChain senders, string applicationName)
{
    private static readonly TimeSpan NotAllowed = TimeSpan.FromHours(1);

    public async Task<ChallengeResult> StartAsync(SmsRequest request, CancellationToken cancellationToken)
    {
        var (settings, last) = (options().Methods.Sms, SmsChallenge.Read(request.LastState));
        var sends = (last?.Sends ?? 0) + 1;
        if (sends > settings.MaxSends) return new ChallengeResult.Throttled((request.SessionEndsAt - request.Now) ?? settings.Lifetime);
        // Fail closed: a number whose country was taken off the list, or that was stored before its range was refused.
        if (NumberPlan.PrefixOf(request.Number, settings.AllowedCountryCodes) is not { } prefix) return new ChallengeResult.Throttled(NotAllowed);
        if (await fraud.FindWaitAsync(prefix) is { } off) return new ChallengeResult.Throttled(off);

        var charged = await budgets.OfAsync(request.Number, request.Subject, request.Network, settings.Budgets, cancellationToken);
        // Only looked at here, so that the code that is out stays good; charged once this session's turn is certain.
        if (await budgets.FindWaitAsync(charged, request.Now, cancellationToken) is { } wait) return new ChallengeResult.Throttled(wait);

        var code = RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);
        var salt = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(16));
        var hash = await HashAsync(request.Subject, request.FactorId, request.Number, salt, code, cancellationToken);
        var challenge = new SmsChallenge(
            request.FactorId, salt, hash, prefix, request.Now.UtcTicks, (request.Now + settings.Lifetime).UtcTicks, sends);
        return Started(request, challenge, settings, token => DeliverAsync(charged, challenge, Message(request.Number, code, settings), request.Now, token));
    }

    /// <summary>Whether a code is the one that was sent last to this factor's number, in time.</summary>
    public async Task<bool> IsRightAsync(SmsChallenge challenge, MfaSubject subject, PhoneNumber number, string code, DateTimeOffset now)
    {
        if (now.UtcTicks >= challenge.ExpiresAt) return false;
        var hash = await HashAsync(subject, challenge.FactorId, number, challenge.Salt, code, CancellationToken.None);
        if (!CryptographicOperations.FixedTimeEquals(WebEncoders.Base64UrlDecode(hash), WebEncoders.Base64UrlDecode(challenge.CodeHash))) return false;
        fraud.Verified(challenge.Prefix, new DateTimeOffset(challenge.SentAt, TimeSpan.Zero));
        return true;
    }

    private static ChallengeResult.Started Started(
        SmsRequest request, SmsChallenge challenge, SmsOptions settings, Func<CancellationToken, ValueTask<ChallengeResult.Throttled?>> deliver)
    {
        var left = (request.SessionEndsAt - request.Now) ?? settings.Lifetime;
        return new ChallengeResult.Started(challenge.Write())
        {
            FactorId = request.FactorId,
            SentTo = request.Number.Masked,
            ExpiresIn = left < settings.Lifetime ? left : settings.Lifetime,
            ResendAfter = SmsChallenge.WaitAfter(challenge.Sends),
            SendsRemaining = settings.MaxSends - challenge.Sends,
            Deliver = deliver,
        };
    }

    private async ValueTask<ChallengeResult.Throttled?> DeliverAsync(
        IReadOnlyList<SendBudget> charged, SmsChallenge challenge, SmsMessage message, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await budgets.TryChargeAsync(charged, now, cancellationToken) is { } wait) return new ChallengeResult.Throttled(wait);
        fraud.Sent(challenge.Prefix, now);
        // From here on the client's going away changes nothing: it is paid for.
        await senders.SendAsync(message, CancellationToken.None);
        return null;
    }

    private SmsMessage Message(PhoneNumber number, string code, SmsOptions settings) => new(
        number.E164, SmsTemplate.Fill(SmsTemplate.Choose(settings.Templates, settings.Template, CultureInfo.CurrentUICulture), code, options().Issuer ?? applicationName, settings.Domain));

    private ValueTask<string> HashAsync(
        MfaSubject subject, string factorId, PhoneNumber number, string salt, string code, CancellationToken cancellationToken) =>
        hasher.HashAsync("sms.code", subject, $"{factorId}:{number.Digits}:{salt}:{code}", cancellationToken);
}
