using MfaMiddleware.Methods;
using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Signals;

namespace MfaMiddleware.Policies;

/// <summary>The ranges of <see cref="PolicyOptions"/>, and that each rule can hold and can be met.</summary>
internal static class PolicyOptionsRules
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static void Check(MfaOptions options, IEnumerable<IMfaMethod> methods, SettingsCheck check)
    {
        var policy = options.Policy;
        check.Defined<MfaMode>(nameof(policy.Mode), policy.Mode);
        check.Range(nameof(policy.ReuseProofFor), policy.ReuseProofFor, TimeSpan.Zero, Day);
        check.Range(nameof(policy.Timeout), policy.Timeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10));
        if (check.Has(nameof(policy.Enrollment), policy.Enrollment)) CheckEnrollment(policy.Enrollment, check.Below(nameof(policy.Enrollment)));
        if (check.Has(nameof(policy.Signals), policy.Signals)) SignalRules.Check(policy.Signals, check.Below(nameof(policy.Signals)));
        if (check.Has(nameof(policy.History), policy.History)) CheckHistory(policy.History, policy.Enrollment?.GracePeriod ?? TimeSpan.Zero, check.Below(nameof(policy.History)));

        var rules = check.Below(nameof(policy.Rules));
        for (var i = 0; i < policy.Rules.Count; i++)
        {
            if (!rules.Has($"{i}", policy.Rules[i])) continue;
            CheckConditions(policy.Rules[i], rules.Below(i));
            CheckDemands(policy.Rules[i], rules.Below(i));
            CheckStrength(policy.Rules[i], options, methods, rules.Below(i));
        }
    }

    private static void CheckEnrollment(EnrollmentPolicyOptions enrollment, SettingsCheck check)
    {
        check.Defined<MfaEnrollmentMode>(nameof(enrollment.Mode), enrollment.Mode);
        check.Range(nameof(enrollment.GracePeriod), enrollment.GracePeriod, TimeSpan.Zero, TimeSpan.FromDays(365));
    }

    private static void CheckHistory(HistoryOptions history, TimeSpan gracePeriod, SettingsCheck check)
    {
        check.Range(nameof(history.Retention), history.Retention, Day, TimeSpan.FromDays(400));
        check.Range(nameof(history.MaxSignIns), history.MaxSignIns, 0, 100);
        check.Must(
            gracePeriod <= history.Retention, nameof(history.Retention), history.Retention,
            "it must not be shorter than Mfa:Policy:Enrollment:GracePeriod, whose begin is a part of the history: forgotten, it would begin again.");
    }

    private static void CheckConditions(PolicyRule rule, SettingsCheck check)
    {
        if (!RuleMatcher.HasCondition(rule)) check.Fail("a rule must have a condition: Role, Scheme, Client or Path. What holds for everyone is Mfa:Policy:Mode.");
        if (rule.Role is not null) check.NotBlank(nameof(rule.Role), rule.Role);
        if (rule.Scheme is not null) check.NotBlank(nameof(rule.Scheme), rule.Scheme);
        if (rule.Client is not null) check.NotBlank(nameof(rule.Client), rule.Client);
        check.Must(rule.Path is null || IsPath(rule.Path), nameof(rule.Path), rule.Path, "it must start with / and have no query.");
    }

    private static void CheckDemands(PolicyRule rule, SettingsCheck check)
    {
        check.Defined(nameof(rule.Mode), rule.Mode);
        check.Defined(nameof(rule.Enrollment), rule.Enrollment);
        check.Must(
            !rule.RequireUserVerification || rule.MinimumStrength == MfaStrength.PhishingResistant, nameof(rule.RequireUserVerification), true,
            "only a key verifies its user: MinimumStrength must be PhishingResistant.");
        if (rule.MaxAge is { } maxAge) check.Range(nameof(rule.MaxAge), maxAge, TimeSpan.Zero, Day);
    }

    private static void CheckStrength(PolicyRule rule, MfaOptions options, IEnumerable<IMfaMethod> methods, SettingsCheck check)
    {
        check.Defined(nameof(rule.MinimumStrength), rule.MinimumStrength);
        if (rule.MinimumStrength is not { } minimum || !Enum.IsDefined(minimum)) return;

        // A recovery code alone can't be what a rule relies on: nobody can set one up.
        var enough = methods.Any(m => MethodRegistry.IsEnabled(m, options) && !m.Traits.IsRecovery && m.Traits.Strength >= minimum);
        check.Must(enough, nameof(rule.MinimumStrength), minimum, $"no enabled method is worth that much; registered are {MethodRules.Names(methods)}.");
    }

    private static bool IsPath(string path) => path.StartsWith('/') && !path.AsSpan().ContainsAny('?', '#');
}
