using Microsoft.Extensions.Localization;

namespace MfaMiddleware.UI.Pages;

/// <summary>The texts of a method: those of the resources for the methods that they know, else the method's own label.</summary>
internal static class MethodTexts
{
    public static string LabelOf(this IStringLocalizer texts, string method, string label) =>
        texts[$"Method_{method}"] is { ResourceNotFound: false } known ? known.Value : label;

    /// <summary>The label with what tells it from others of its method: <c>Text message to •••• 42</c>.</summary>
    public static string TargetOf(this IStringLocalizer texts, MfaOfferedMethod offered)
    {
        var label = texts.LabelOf(offered.Method, offered.Label);
        if (offered.Hint is not { } hint) return label;
        return texts[$"Method_{offered.Method}_To", hint] is { ResourceNotFound: false } known ? known.Value : texts["Method_To", label, hint].Value;
    }

    /// <summary>What a way to answer asks of the user, for a list; null for a method that the resources don't know.</summary>
    public static string? PurposeOf(this IStringLocalizer texts, string method) =>
        texts[$"Method_{method}_Hint"] is { ResourceNotFound: false } known ? known.Value : null;

    /// <summary>Why something entered for a set-up can't be used: in words of its own where there are some.</summary>
    public static string RefusalOf(this IStringLocalizer texts, string? reason, string otherwise) =>
        reason is not null && texts[$"Refused_{reason}"] is { ResourceNotFound: false } known ? known.Value : texts[otherwise].Value;

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
