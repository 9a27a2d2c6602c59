using System.Globalization;

namespace MfaMiddleware.Policies;

/// <summary>What a mode of the settings means for one sign-in.</summary>
internal static class RuleDecision
{
    private const string DefaultRule = "default";
    private const string AlwaysReason = "mode_always";
    private const string SuspiciousReason = "mode_suspicious";
    private const string NeverReason = "mode_never";

    // Decisions are immutable, so most sign-ins share these three.
    private static readonly MfaDecision Always = MfaDecision.Required(DefaultRule, AlwaysReason);
    private static readonly MfaDecision Suspicious = MfaDecision.Required(DefaultRule, SuspiciousReason);
    private static readonly MfaDecision Never = MfaDecision.NotRequired(DefaultRule, NeverReason);

    /// <summary>The decision where no rule holds.</summary>
    public static MfaDecision Default(MfaMode mode) => mode switch
    {
        MfaMode.Never => Never,
        // There is no risk engine yet: a sign-in of which nothing is known is suspicious.
        MfaMode.Suspicious => Suspicious,
        // Fail closed: a mode that this version doesn't know challenges.
        _ => Always,
    };

    /// <summary>The decision of a rule that holds.</summary>
    public static MfaDecision Of(PolicyRule rule, int index, MfaMode defaultMode)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"rules[{index}]");
        var decision = (rule.Mode ?? defaultMode) switch
        {
            MfaMode.Never => MfaDecision.NotRequired(name, Reasons(NeverReason, rule)),
            // As above: without a risk engine each sign-in is suspicious.
            MfaMode.Suspicious => MfaDecision.Required(name, Reasons(SuspiciousReason, rule)),
            _ => MfaDecision.Required(name, Reasons(AlwaysReason, rule)),
        };
        return decision with
        {
            MinimumStrength = rule.MinimumStrength,
            RequiresUserVerification = rule.RequireUserVerification,
            MaxAge = rule.MaxAge,
            Enrollment = rule.Enrollment,
        };
    }

    private static string[] Reasons(string mode, PolicyRule rule)
    {
        var reasons = new List<string>(5) { mode };
        if (rule.Role is not null) reasons.Add("role");
        if (rule.Scheme is not null) reasons.Add("scheme");
        if (rule.Client is not null) reasons.Add("client");
        if (rule.Path is not null) reasons.Add("path");
        return [.. reasons];
    }
}
