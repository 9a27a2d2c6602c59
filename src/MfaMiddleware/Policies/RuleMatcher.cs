using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Policies;

/// <summary>Whether a rule of the settings holds for a sign-in.</summary>
internal static class RuleMatcher
{
    /// <summary>The index of the first rule that holds; -1 for none.</summary>
    public static int Find(IList<PolicyRule> rules, MfaPolicyContext context)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            if (Matches(rules[i], context)) return i;
        }

        return -1;
    }

    /// <summary>Every condition that is set must hold. A rule without one holds for nobody: the settings refuse it.</summary>
    public static bool Matches(PolicyRule rule, MfaPolicyContext context) =>
        HasCondition(rule)
        && (rule.Scheme is null || string.Equals(rule.Scheme, context.Scheme, StringComparison.Ordinal))
        && (rule.Client is null || string.Equals(rule.Client, context.Client, StringComparison.Ordinal))
        && (rule.Path is null || IsBelow(rule.Path, context.Path))
        && (rule.Role is null || context.Principal.IsInRole(rule.Role));

    public static bool HasCondition(PolicyRule rule) => (rule.Role ?? rule.Scheme ?? rule.Client ?? rule.Path) is not null;

    // A slash at the end would make the rule miss everything but double slashes, and a rule that misses lets people in.
    private static bool IsBelow(string rulePath, string path) =>
        new PathString(path).StartsWithSegments(new PathString(rulePath.TrimEnd('/')), StringComparison.OrdinalIgnoreCase);
}
