using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Signals;

namespace MfaMiddleware.Policies;

/// <summary>Who must prove a second factor, and when (<c>Mfa:Policy</c>).</summary>
public sealed class PolicyOptions
{
    /// <summary>The mode where no rule matches. Default: <see cref="MfaMode.Always"/>.</summary>
    public MfaMode Mode { get; set; } = MfaMode.Always;

    /// <summary>The rules, in order; the first that matches decides.</summary>
    public IList<PolicyRule> Rules { get; } = [];

    /// <summary>How long a proof of the same browser spares another sign-in the challenge. Default: 12 hours; at most 24 (NIST SP 800-63B-4, section 2.2.3).</summary>
    public TimeSpan ReuseProofFor { get; set; } = TimeSpan.FromHours(12);

    /// <summary>What happens to a user who needs a factor and has none.</summary>
    public EnrollmentPolicyOptions Enrollment { get; set; } = new();

    /// <summary>How long the policies of the host, and the risk signals, may take before the sign-in is challenged. Default: 300 ms.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Decides and records, and enforces nothing: for trying a policy out before it is switched on. Default: false.</summary>
    public bool Observe { get; set; }

    /// <summary>Whether, where no rule holds and the mode is <see cref="MfaMode.Always"/>, a trusted device spares the challenge. Default: false.</summary>
    public bool AllowTrustedDevice { get; set; }

    /// <summary>What makes a sign-in suspicious.</summary>
    public SignalsOptions Signals { get; set; } = new();

    /// <summary>What is remembered of each user's sign-ins.</summary>
    public HistoryOptions History { get; set; } = new();

    /// <summary>Whether the challenge tells its user in plain words why they are asked: "new device". Default: false, since a thief reads it too.</summary>
    public bool ExplainToUser { get; set; }
}

/// <summary>What happens to a user who needs a factor and has none (<c>Mfa:Policy:Enrollment</c>).</summary>
public sealed class EnrollmentPolicyOptions
{
    /// <summary>Default: <see cref="MfaEnrollmentMode.Required"/>.</summary>
    public MfaEnrollmentMode Mode { get; set; } = MfaEnrollmentMode.Required;

    /// <summary>
    /// How long a user without a factor may sign in without setting one up, counted from their first sign-in that needs one: 0 to 365 days. Not in a sign-in
    /// that shows a sign of an attack, nor after an administrator's reset. Default: 0.
    /// </summary>
    public TimeSpan GracePeriod { get; set; }

    /// <summary>
    /// Whether a user whose factors are all weaker than a rule's <see cref="PolicyRule.MinimumStrength"/> sets up a stronger one during the sign-in, once
    /// they have proved the strongest they have; else the sign-in is refused. Default: true.
    /// </summary>
    public bool AllowStronger { get; set; } = true;
}

/// <summary>When a second factor is asked for.</summary>
public enum MfaMode
{
    /// <summary>At each sign-in.</summary>
    Always,

    /// <summary>Only when the sign-in is suspicious: <see cref="PolicyOptions.Signals"/>.</summary>
    Suspicious,

    /// <summary>Never.</summary>
    Never,
}

/// <summary>One rule. Every condition that is set must hold; a rule without a condition is an error.</summary>
public sealed class PolicyRule
{
    /// <summary>Holds for a principal in this role.</summary>
    public string? Role { get; set; }

    /// <summary>Holds for sign-ins to this authentication scheme.</summary>
    public string? Scheme { get; set; }

    /// <summary>Holds for this client application.</summary>
    public string? Client { get; set; }

    /// <summary>Holds for requests to this path and below it, for example <c>/admin</c>.</summary>
    public string? Path { get; set; }

    /// <summary>When a second factor is asked for.</summary>
    public MfaMode? Mode { get; set; }

    /// <summary>The least that the proof must be worth.</summary>
    public MfaStrength? MinimumStrength { get; set; }

    /// <summary>
    /// Whether a key must ask for its PIN or a biometric, whatever <c>Methods:Fido:UserVerification</c> says; needs <see cref="MinimumStrength"/> to be
    /// <see cref="MfaStrength.PhishingResistant"/>. A U2F key can't. Default: false.
    /// </summary>
    public bool RequireUserVerification { get; set; }

    /// <summary>How old a proof of the same browser may be; zero asks each time.</summary>
    public TimeSpan? MaxAge { get; set; }

    /// <summary>Whether, with the mode <see cref="MfaMode.Always"/>, a trusted device (<c>Mfa:TrustedDevices</c>) spares the challenge. Default: false.</summary>
    public bool AllowTrustedDevice { get; set; }

    /// <summary>What happens to a user who has no factor, if not as <c>Policy:Enrollment:Mode</c> says.</summary>
    public MfaEnrollmentMode? Enrollment { get; set; }
}
