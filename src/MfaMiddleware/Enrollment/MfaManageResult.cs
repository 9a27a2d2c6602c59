using MfaMiddleware.Factors;
using MfaMiddleware.Methods;

namespace MfaMiddleware.Enrollment;

/// <summary>What became of a change that a user made to their own factors or devices: one of the nested types.</summary>
public abstract record MfaManageResult
{
    private MfaManageResult()
    {
    }

    /// <summary>A set-up has begun; nothing is stored until its first answer is right.</summary>
    /// <param name="Enrollment">What the user is shown, once.</param>
    /// <param name="ExpiresAt">When it ends, UTC.</param>
    public sealed record EnrollmentStarted(MfaEnrollmentView Enrollment, DateTimeOffset ExpiresAt) : MfaManageResult;

    /// <summary>The factor is stored.</summary>
    /// <param name="Factor">The factor.</param>
    public sealed record FactorAdded(MfaEnrolledFactor Factor) : MfaManageResult;

    /// <summary>The factor has its new name.</summary>
    /// <param name="Factor">The factor.</param>
    public sealed record FactorRenamed(MfaEnrolledFactor Factor) : MfaManageResult;

    /// <summary>The factor is gone, for every sign-in that waits too.</summary>
    public sealed record FactorRemoved : MfaManageResult;

    /// <summary>The devices are forgotten: their next sign-in is that of a new one.</summary>
    /// <param name="Count">How many there were.</param>
    public sealed record DevicesRemoved(int Count) : MfaManageResult;

    /// <summary>The new codes are valid and the old ones void.</summary>
    /// <param name="Codes">To be shown once.</param>
    public sealed record RecoveryCodesReplaced(IReadOnlyList<string> Codes) : MfaManageResult
    {
        /// <summary>Prints no code.</summary>
        /// <returns><c>***</c>.</returns>
        public override string ToString() => "***";
    }

    /// <summary>The first answer of the new authenticator is wrong.</summary>
    /// <param name="AttemptsRemaining">How many are still checked.</param>
    public sealed record Rejected(int AttemptsRemaining) : MfaManageResult;

    /// <summary>Wrong, and the last attempt: the set-up is gone.</summary>
    public sealed record Exhausted : MfaManageResult;

    /// <summary>Nobody is signed in.</summary>
    public sealed record NotSignedIn : MfaManageResult;

    /// <summary>
    /// A change needs a fresher or a stronger proof. For a page: <see cref="MfaFactorManager.AskForProofAsync"/>.
    /// </summary>
    /// <param name="MaxAge">How old the proof may be.</param>
    /// <param name="Strength">What it must be worth; null for any.</param>
    public sealed record ProofRequired(TimeSpan MaxAge, MfaStrength? Strength) : MfaManageResult;

    /// <summary>This user has no such factor, set-up or device, any more or ever.</summary>
    public sealed record NotFound : MfaManageResult;

    /// <summary>The set-up is over: another first factor was there before, or the user has as many factors as they may have.</summary>
    public sealed record NotAllowed : MfaManageResult;

    /// <summary>What was entered can't be.</summary>
    /// <param name="Description">What is wrong with it, in English.</param>
    public sealed record Invalid(string Description) : MfaManageResult
    {
        /// <summary>A short code for screens that have words of their own for it: <c>phone_known</c>; null for none.</summary>
        public string? Reason { get; init; }
    }

    /// <summary>The token is in step again.</summary>
    /// <param name="Factor">The factor.</param>
    public sealed record Resynchronized(MfaEnrolledFactor Factor) : MfaManageResult;

    /// <summary>The two codes aren't of this token one after the other, near its counter; counted as a failure.</summary>
    public sealed record WrongCodes : MfaManageResult;

    /// <summary>Too soon, or over budget; nothing was sent.</summary>
    /// <param name="RetryAfter">When to try again.</param>
    public sealed record Throttled(TimeSpan RetryAfter) : MfaManageResult
    {
        /// <summary>Whether it is the account that must wait, after wrong codes.</summary>
        public bool IsAccount { get; init; }
    }

    /// <summary>Too many set-ups wait; nothing was begun.</summary>
    /// <param name="RetryAfter">When there may be room.</param>
    public sealed record TooMany(TimeSpan RetryAfter) : MfaManageResult;
}

/// <summary>A factor as its owner sees it.</summary>
/// <param name="Id">The id.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Label">The method's label.</param>
/// <param name="Name">The name that the user gave it; null where they gave none.</param>
/// <param name="CreatedAt">When it was set up, UTC.</param>
/// <param name="LastUsedAt">When it was last used, UTC.</param>
public sealed record MfaEnrolledFactor(
    string Id, string Method, string Label, string? Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt)
{
    /// <summary>Whether it counts by itself, so that <see cref="MfaFactorManager.ResyncAsync"/> may have to bring it back into step.</summary>
    public bool HasCounter { get; init; }

    /// <summary>What tells it from others of its method (a masked number); null where nothing does.</summary>
    public string? Hint { get; init; }

    /// <summary>What is known of a key; null for other factors.</summary>
    public MfaKeyDetails? Key { get; init; }

    internal static MfaEnrolledFactor Of(MfaFactor factor, IMfaMethod? method) =>
        new(factor.Id, factor.Method, method?.Traits.Label ?? factor.Method, factor.Name, factor.CreatedAt, factor.LastUsedAt)
        {
            HasCounter = method is ICounterMethod,
            Hint = FactorHint.Of(method, factor),
            Key = KeyDetails.Of(method, factor),
        };
}

/// <summary>What a signed-in user has set up.</summary>
/// <param name="Subject">The user.</param>
/// <param name="Factors">Oldest first.</param>
/// <param name="RecoveryCodesRemaining">Unused recovery codes.</param>
/// <param name="Enroll">The names of the methods that can be set up, strongest first.</param>
/// <param name="MayChange">Whether the present session carries a proof that is fresh enough for a change; a stronger one may still be needed.</param>
public sealed record MfaFactorList(
    MfaSubject Subject, IReadOnlyList<MfaEnrolledFactor> Factors, int RecoveryCodesRemaining, IReadOnlyList<string> Enroll, bool MayChange)
{
    /// <summary>Until when a user without a factor may sign in without one (<c>Policy:Enrollment:GracePeriod</c>), UTC; else null.</summary>
    public DateTimeOffset? EnrollBy { get; init; }
}
