namespace MfaMiddleware.Factors;

/// <summary>What the factor store knows of one user, read at one moment.</summary>
/// <param name="Factors">The enrolled factors, oldest first.</param>
/// <param name="RecoveryCodesRemaining">How many unused recovery codes are left.</param>
public sealed record MfaAccount(IReadOnlyList<MfaFactor> Factors, int RecoveryCodesRemaining)
{
    /// <summary>When a factor was last added or removed, or recovery codes replaced or used; null where none ever was.</summary>
    public DateTimeOffset? FactorsChangedAt { get; init; }

    /// <summary>Until when an access code of an administrator can be used; null where none waits.</summary>
    public DateTimeOffset? AccessCodeExpiresAt { get; init; }

    /// <summary>Whether an administrator took everything away: the first factor then needs an access code, since a thief may be faster than the owner.</summary>
    public bool WasReset { get; init; }

    /// <summary>
    /// The failure counters, for pages that say beforehand that the user must wait. What is checked is <see cref="IMfaFactorStore.ChargeAsync"/> alone; a store that
    /// doesn't read them here (default: no failures) only lets the user learn of a wait from an answer.
    /// </summary>
    public FailureCounters Failures { get; init; } = FailureCounters.None;

    /// <summary>A user that the store knows nothing of.</summary>
    public static MfaAccount Empty { get; } = new([], 0);

    /// <summary>Whether the user has set up any factor. Recovery codes alone count: they were issued with a factor.</summary>
    public bool IsEnrolled => Factors.Count > 0 || RecoveryCodesRemaining > 0;
}
