using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.Methods.AccessCode;
using MfaMiddleware.Methods.RecoveryCodes;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;
using MfaMiddleware.Verification;

namespace MfaMiddleware.Challenges;

/// <summary>One way in which a challenge may be answered.</summary>
/// <param name="Id">The factor's id, or the method's name where no factor is stored (recovery codes).</param>
/// <param name="Method">The method.</param>
/// <param name="Factor">The factor.</param>
internal sealed record OfferedFactor(string Id, IMfaMethod Method, MfaFactor? Factor)
{
    /// <summary>What tells it from others of its method.</summary>
    public string? Hint => FactorHint.Of(Method, Factor);

    /// <summary>Until when no answer is taken, as far as is known beforehand; null for now.</summary>
    public DateTimeOffset? WaitUntil { get; init; }
}

/// <summary>What a user may answer with, best first: phishing resistant, then last used; recovery codes last.</summary>
internal sealed class OfferMaker(MethodRegistry methods, TimeProvider time)
{
    /// <summary>What may answer one session.</summary>
    public IReadOnlyList<OfferedFactor> For(MfaAccount account, PendingPayload payload, MfaOptions options)
    {
        var all = For(account, payload.MinimumStrength, options);
        return payload.Methods.Count == 0 ? all : [.. all.Where(o => payload.Methods.Contains(o.Method.Name))];
    }

    /// <summary>What a session's user may do: answer with what they have, or set up what they need.</summary>
    public (IReadOnlyList<OfferedFactor> Offers, IReadOnlyList<string> Enroll) ViewOf(OpenSession session, MfaAccount account, MfaOptions options)
    {
        var (offers, enroll) = AllOf(session, account, options);
        return ([.. offers.Select(o => o with { WaitUntil = WaitOf(o.Method, account.Failures, session.Lane) })], enroll);
    }

    /// <summary>What an answer would be told if it came now; it is counted and refused where it comes, whatever was told here.</summary>
    private DateTimeOffset? WaitOf(IMfaMethod method, FailureCounters failures, FailureLane lane)
    {
        if (!method.Traits.Guessable) return null;
        var now = time.GetUtcNow();
        return failures.Charge(method.Name, lane, now, Attempts.Limits).Result switch
        {
            ChargeResult.MustWait wait => now + wait.RetryAfter,
            ChargeResult.Capped => now + Attempts.CappedRetry,
            _ => null,
        };
    }

    private (IReadOnlyList<OfferedFactor> Offers, IReadOnlyList<string> Enroll) AllOf(OpenSession session, MfaAccount account, MfaOptions options)
    {
        var payload = session.Payload;
        if (payload.Outcome != MfaOutcome.EnrollmentRequired) return (For(account, payload, options), []);
        if (account.IsEnrolled && payload.NeedsStronger && !HasProved(session, account, options)) return (ForProof(account, options), []);
        if ((account.WasReset || payload.IsEnrollmentLocked) && !session.State.IsAccessGranted) return (account.IsEnrolled ? [] : For(account, minimum: null, options), []);
        return ([], [.. methods.Enrollable(payload.MinimumStrength, options, payload.Methods).Select(m => m.Name)]);
    }

    /// <summary>Whether a user whose factors don't suffice can set up one that does: after proving the strongest they have.</summary>
    public bool CanSetUpStronger(MfaAccount account, MfaStrength? minimum, MfaOptions options) =>
        options.Policy.Enrollment.AllowStronger && account.Factors.Count < options.MaxFactors
        && ForProof(account, options).Count > 0 && methods.Enrollable(minimum, options).Any();

    /// <summary>
    /// Whether this session's user has proved what they have, so that a stronger factor may be set up: lately, or before the set-up in progress, and
    /// since the last change of the factors, whoever made it.
    /// </summary>
    public bool HasProved(OpenSession session, MfaAccount account, MfaOptions options)
    {
        if (session.State.ProvedAt is not { } at || account.FactorsChangedAt?.ToUnixTimeMilliseconds() > at) return false;
        return session.State.Enrollment is not null || time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(at) < options.ManageMaxAge;
    }

    /// <summary>What a stronger factor may be added with: nothing weaker than the strongest there is (NIST SP 800-63B-4 section 4.1.2.1).</summary>
    private IReadOnlyList<OfferedFactor> ForProof(MfaAccount account, MfaOptions options)
    {
        var strongest = account.Factors.Select(f => methods.Find(f.Method, options)?.Traits.Strength).Max();
        // Fail closed: recovery codes alone are no factor that the user still has.
        return strongest is null ? [] : For(account, strongest, options);
    }

    public IReadOnlyList<OfferedFactor> For(MfaAccount account, MfaStrength? minimum, MfaOptions options)
    {
        var offers = new List<OfferedFactor>();
        foreach (var factor in account.Factors)
        {
            if (methods.Find(factor.Method, options) is { } method && IsStrongEnough(method, minimum)) offers.Add(new OfferedFactor(factor.Id, method, factor));
        }

        offers = [.. offers.OrderByDescending(o => o.Method.Traits.Strength == MfaStrength.PhishingResistant).ThenByDescending(o => o.Factor!.LastUsedAt ?? o.Factor.CreatedAt)];
        if (account.RecoveryCodesRemaining > 0 && methods.Find(RecoveryCodesMethod.MethodName, options) is { } recovery && IsStrongEnough(recovery, minimum))
        {
            offers.Add(new OfferedFactor(recovery.Name, recovery, null));
        }

        if (account.AccessCodeExpiresAt > time.GetUtcNow() && methods.Find(AccessCodeMethod.MethodName, options) is { } access && IsStrongEnough(access, minimum))
        {
            offers.Add(new OfferedFactor(access.Name, access, null));
        }

        return offers;
    }

    private static bool IsStrongEnough(IMfaMethod method, MfaStrength? minimum) => method.Traits.Strength >= (minimum ?? MfaStrength.Sms);
}
