using MfaMiddleware.Policies.Signals;

namespace MfaMiddleware.Policies;

/// <summary>What the policy engine decided about one sign-in, and why.</summary>
public sealed record MfaDecision
{
    private MfaDecision(MfaOutcome outcome, string rule, IReadOnlyList<string> reasons)
    {
        Outcome = outcome;
        Rule = rule;
        Reasons = reasons;
    }

    /// <summary>The outcome.</summary>
    public MfaOutcome Outcome { get; private init; }

    /// <summary>The rule that decided: <c>default</c>, <c>rules[0]</c>, or the name that a policy of the host gave.</summary>
    public string Rule { get; private init; }

    /// <summary>Short codes, for example <c>mode_always</c>, <c>no_factor</c>, <c>policy_error</c>.</summary>
    public IReadOnlyList<string> Reasons { get; private init; }

    /// <summary>The least that a proof must be worth; null accepts any.</summary>
    public MfaStrength? MinimumStrength { get; init; }

    /// <summary>Whether a key must ask for its PIN or a biometric.</summary>
    public bool RequiresUserVerification { get; init; }

    /// <summary>How old a proof of this browser may be to be reused; null: <c>Policy:ReuseProofFor</c>.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Whether a user without a factor must set one up; null: <c>Policy:Enrollment:Mode</c>.</summary>
    public MfaEnrollmentMode? Enrollment { get; init; }

    /// <summary>Whether a browser that its user trusts is let in without a challenge (<c>Mfa:TrustedDevices</c>), unless the sign-in is suspicious. Default: false.</summary>
    public bool AllowsTrustedDevice { get; init; }

    /// <summary>What the signals said; null where none was asked.</summary>
    public RiskAssessment? Risk { get; init; }

    /// <summary>Until when a user without a factor may sign in without setting one up; null where there is no such time.</summary>
    public DateTimeOffset? EnrollBy { get; init; }

    /// <summary>Under <c>Policy:Observe</c>, what would have been enforced; else null.</summary>
    public MfaOutcome? Observed { get; init; }

    /// <summary>Whether the user has a factor; null where nobody had to know.</summary>
    internal bool? HasFactor { get; init; }

    /// <summary>No second factor is needed.</summary>
    /// <param name="rule">The rule that decided.</param>
    /// <param name="reasons">Why.</param>
    /// <returns>The decision.</returns>
    public static MfaDecision NotRequired(string rule, params IReadOnlyList<string> reasons) => new(MfaOutcome.NotRequired, rule, reasons);

    /// <summary>A second factor is needed.</summary>
    /// <param name="rule">The rule that decided.</param>
    /// <param name="reasons">Why.</param>
    /// <returns>The decision.</returns>
    public static MfaDecision Required(string rule, params IReadOnlyList<string> reasons) => new(MfaOutcome.Required, rule, reasons);

    /// <summary>The sign-in is refused.</summary>
    /// <param name="rule">The rule that decided.</param>
    /// <param name="reasons">Why.</param>
    /// <returns>The decision.</returns>
    public static MfaDecision Denied(string rule, params IReadOnlyList<string> reasons) => new(MfaOutcome.Denied, rule, reasons);

    /// <summary>The same rule with another outcome, for what the engine learns from the factor store.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="reason">What led to it, added to the reasons.</param>
    /// <returns>The decision.</returns>
    internal MfaDecision Become(MfaOutcome outcome, string reason) => this with { Outcome = outcome, Reasons = [.. Reasons, reason] };
}

/// <summary>The outcomes of a decision.</summary>
public enum MfaOutcome
{
    /// <summary>The sign-in passes.</summary>
    NotRequired,

    /// <summary>The sign-in is challenged.</summary>
    Required,

    /// <summary>The sign-in is set aside until the user has set up a first factor.</summary>
    EnrollmentRequired,

    /// <summary>The sign-in is refused.</summary>
    Denied,
}

/// <summary>Whether a user who needs a factor and has none must set one up.</summary>
public enum MfaEnrollmentMode
{
    /// <summary>Must, before the sign-in completes.</summary>
    Required,

    /// <summary>May, later; the sign-in passes without a proof.</summary>
    Optional,
}
