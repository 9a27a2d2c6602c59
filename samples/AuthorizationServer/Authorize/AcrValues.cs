using MfaMiddleware;

namespace AuthorizationServer.Authorize;

/// <summary>What the values of <c>acr_values</c> ask of a sign-in; the gate writes the same values into <c>acr</c>.</summary>
public static class AcrValues
{
    private static readonly Dictionary<string, MfaStrength?> Known = new(StringComparer.Ordinal)
    {
        ["urn:mfa:1"] = null,
        ["urn:mfa:2"] = MfaStrength.Sms,
        ["urn:mfa:3"] = MfaStrength.PhishingResistant,
    };

    public static IEnumerable<string> All => Known.Keys;

    /// <summary>Any of the values will do, so the least of them is asked for. False where none is known here.</summary>
    public static bool TryRead(string values, out MfaStrength? strength)
    {
        var known = values.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(Known.ContainsKey).Select(value => Known[value]).ToList();
        strength = known.Contains(null) ? null : known.Min();
        return known.Count > 0;
    }
}
