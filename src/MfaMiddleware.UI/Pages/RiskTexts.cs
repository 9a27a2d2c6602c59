using Microsoft.Extensions.Localization;

namespace MfaMiddleware.UI.Pages;

/// <summary>What the risk engine decided and keeps, in plain words.</summary>
internal static class RiskTexts
{
    /// <summary>Why the user is asked, in one sentence; null where nothing can be said of it.</summary>
    public static string? ExplanationOf(this IStringLocalizer texts, IReadOnlyList<string> reasons)
    {
        var clauses = reasons.Select(code => texts[$"Reason_{code}"]).Where(text => !text.ResourceNotFound).Select(text => text.Value).ToList();
        if (clauses.Count == 0) return null;
        var first = string.Join(", ", clauses[..Math.Max(1, clauses.Count - 1)]);
        return texts["Reason", clauses.Count == 1 ? first : texts["Reason_And", first, clauses[^1]].Value].Value;
    }

    /// <summary>The label of the box by which a user asks not to be challenged in this browser for a while.</summary>
    public static string RememberOf(this IStringLocalizer texts, TimeSpan time) => time switch
    {
        // Rounded down: nothing is promised that isn't kept.
        { TotalDays: >= 2 } => texts["Remember_Days", (int)time.TotalDays].Value,
        { TotalHours: >= 2 } => texts["Remember_Hours", (int)time.TotalHours].Value,
        _ => texts["Remember_Hour"].Value,
    };
}
