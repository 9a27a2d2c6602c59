using Microsoft.Extensions.Localization;

namespace MfaMiddleware.UI.Pages;

/// <summary>The texts of a method: those of the resources for the methods that they know, else the method's own label.</summary>
internal static class MethodTexts
{
    public static string LabelOf(this IStringLocalizer texts, string method, string label) =>
        texts[$"Method_{method}"] is { ResourceNotFound: false } known ? known.Value : label;

    public static string HintOf(this IStringLocalizer texts, string method, string label) =>
        texts[$"Verify_Hint_{method}"] is { ResourceNotFound: false } known ? known.Value : texts["Verify_Hint", texts.LabelOf(method, label)].Value;

    /// <summary>A wait in words, rounded up.</summary>
    public static string Wait(this IStringLocalizer texts, TimeSpan wait) => wait switch
    {
        { TotalSeconds: <= 1 } => texts["Wait_Second"].Value,
        { TotalSeconds: <= 90 } => texts["Wait_Seconds", (int)Math.Ceiling(wait.TotalSeconds)].Value,
        _ => texts["Wait_Minutes", (int)Math.Ceiling(wait.TotalMinutes)].Value,
    };
}
