using MfaMiddleware.Factors;
using MfaMiddleware.Interposition;
using MfaMiddleware.Methods;
using MfaMiddleware.Verification;

namespace MfaMiddleware.Enrollment;

/// <summary>
/// When a user may change their factors (NIST SP 800-63B-4 section 4.1.2): with a fresh proof that isn't weaker than the weaker of the strongest
/// factor enrolled and the one that is touched; without any factor, right after the primary sign-in.
/// </summary>
internal sealed class ChangeRules(MethodRegistry methods, MfaSettings settings, TimeProvider time)
{
    /// <summary>Null where the change is allowed.</summary>
    /// <param name="session">Who makes it.</param>
    /// <param name="account">What they have.</param>
    /// <param name="touched">The strength of the factor that is added, renamed or removed; null where none is.</param>
    public MfaManageResult.ProofRequired? Refusal(SignedInSession session, MfaAccount account, MfaStrength? touched)
    {
        var options = settings.Current;
        var now = time.GetUtcNow();
        var needed = Weaker(Strongest(account, options), touched);
        if (session.Stamp?.Proof is { } proof && proof.IsYoungerThan(options.ManageMaxAge, now) && !IsVoid(proof, account, options))
            return IsWorth(proof, needed) ? null : new(options.ManageMaxAge, needed);

        return !account.IsEnrolled && session.MaySetUpFirst(now) ? null : new(options.ManageMaxAge, needed);
    }

    /// <summary>
    /// Null where a further factor whose set-up was begun may be stored. The proof was fresh when it began, and may age while an app is installed; but it must
    /// still count: the owner may have thrown out since whoever began it.
    /// </summary>
    public MfaManageResult.ProofRequired? RefusalToComplete(SignedInSession session, MfaAccount account, MfaStrength? touched)
    {
        var options = settings.Current;
        var needed = Weaker(Strongest(account, options), touched);
        return session.Stamp?.Proof is { } proof && !IsVoid(proof, account, options) && IsWorth(proof, needed) ? null : new(options.ManageMaxAge, needed);
    }

    /// <summary>Who lost the strongest factor must be able to replace it: a recovery code suffices, and its use is told to the owner.</summary>
    private static bool IsWorth(MfaProof proof, MfaStrength? needed) => proof.IsRecovery || needed is null || proof.Strength >= needed;

    /// <summary>The account was just read, so this is exact, where a session's own check may be as old as its interval.</summary>
    private static bool IsVoid(MfaProof proof, MfaAccount account, MfaOptions options) =>
        options.OtherSessions != OtherSessionsMode.Keep && proof.IsVoidAfter(account.FactorsChangedAt);

    public MfaStrength? StrengthOf(string method) => methods.Find(method, settings.Current)?.Traits.Strength;

    private MfaStrength? Strongest(MfaAccount account, MfaOptions options) =>
        account.Factors.Select(f => methods.Find(f.Method, options)?.Traits.Strength).Max();

    private static MfaStrength? Weaker(MfaStrength? one, MfaStrength? other) =>
        one is null || other is null ? null : one < other ? one : other;
}
