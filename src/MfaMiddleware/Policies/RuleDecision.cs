using System.Globalization;
using MfaMiddleware.Policies.Signals;

namespace MfaMiddleware.Policies;

/// <summary>What a mode of the settings means for one sign-in.</summary>
internal static class RuleDecision
{
    private const string DefaultRule = "default";
    private const string AlwaysReason = "mode_always";
    private const string SuspiciousReason = "mode_suspicious";
    private const string NeverReason = "mode_never";

    /// <summary>The mode is <see cref="MfaMode.Suspicious"/>, and the sign-in isn't.</summary>
    private const string NotSuspiciousReason = "not_suspicious";

    // Decisions are immutable, so most sign-ins share these.
    private static readonly MfaDecision Always = MfaDecision.Required(DefaultRule, AlwaysReason);
    private static readonly MfaDecision AlwaysButTrusted = Always with { AllowsTrustedDevice = true };
    private static readonly MfaDecision Never = MfaDecision.NotRequired(DefaultRule, NeverReason);

    /// <summary>The decision where no rule holds.</summary>
    /// <param name="options">The policy.</param>
    /// <param name="risk">What the signals say; not null where the mode asks for it.</param>
    public static MfaDecision Default(PolicyOptions options, RiskAssessment? risk) => options.Mode switch
    {
        MfaMode.Never => Never,
        MfaMode.Suspicious => ByRisk(DefaultRule, risk!, []),
        // Fail closed: a mode that this version doesn't know challenges.
        _ => options.AllowTrustedDevice ? AlwaysButTrusted : Always,
    };

    /// <summary>The decision of a rule that holds.</summary>
    public static MfaDecision Of(PolicyRule rule, int index, MfaMode mode, RiskAssessment? risk)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"rules[{index}]");
        var conditions = ConditionsOf(rule);
        var decision = mode switch
        {
            MfaMode.Never => MfaDecision.NotRequired(name, [NeverReason, .. conditions]),
            MfaMode.Suspicious => ByRisk(name, risk!, conditions),
            _ => MfaDecision.Required(name, [AlwaysReason, .. conditions]) with { AllowsTrustedDevice = rule.AllowTrustedDevice },
        };
        return decision with
        {
            MinimumStrength = rule.MinimumStrength,
            RequiresUserVerification = rule.RequireUserVerification,
            MaxAge = rule.MaxAge,
            Enrollment = rule.Enrollment,
        };
    }

    private static MfaDecision ByRisk(string rule, RiskAssessment risk, List<string> conditions)
    {
        var decision = risk.IsSuspicious
            ? MfaDecision.Required(rule, [SuspiciousReason, .. conditions, .. risk.Codes])
            : MfaDecision.NotRequired(rule, [NotSuspiciousReason, .. conditions]);
        return decision with { Risk = risk };
    }

    private static List<string> ConditionsOf(PolicyRule rule)
    {
        var conditions = new List<string>(4);
        if (rule.Role is not null) conditions.Add("role");
        if (rule.Scheme is not null) conditions.Add("scheme");
        if (rule.Client is not null) conditions.Add("client");
        if (rule.Path is not null) conditions.Add("path");
        return conditions;
    }
}
