using System.Globalization;
using System.Text.RegularExpressions;

namespace MfaMiddleware.Methods.Sms;

/// <summary>The texts that go out, with <c>{code}</c>, <c>{issuer}</c> and <c>{domain}</c>.</summary>
internal static partial class SmsTemplate
{
    public const int MaxSegments = 3;

    /// <summary>What is wrong with a text; null for nothing.</summary>
    public static string? Complaint(string? template, string issuer, string? domain)
    {
        if (string.IsNullOrWhiteSpace(template)) return "it must not be blank.";
        var names = Placeholder().Matches(template).Select(m => m.Groups[1].Value).ToList();
        if (names.Find(n => n is not ("code" or "issuer" or "domain")) is { } unknown) return $"{{{unknown}}} is unknown; known are {{code}}, {{issuer}} and {{domain}}.";
        if (Placeholder().Replace(template, "").AsSpan().ContainsAny('{', '}')) return "it has a brace that belongs to no placeholder.";
        if (!names.Contains("code")) return "it must contain {code}.";
        if (names.Contains("domain") && domain is null) return "{domain} needs Domain to be set.";

        var segments = SmsText.Segments(Fill(template, "000000", issuer, domain));
        return segments > MaxSegments ? $"it takes {segments} segments with its code, and may take {MaxSegments}." : null;
    }

    /// <summary>The text of a culture: the most specific template that there is.</summary>
    public static string Choose(IDictionary<string, string> byCulture, string other, CultureInfo culture)
    {
        for (var c = culture; c.Name.Length > 0; c = c.Parent)
        {
            if (byCulture.FirstOrDefault(t => string.Equals(t.Key, c.Name, StringComparison.OrdinalIgnoreCase)).Value is { } template) return template;
        }

        return other;
    }

    /// <summary>Fills a text in one pass: what stands for a placeholder is never read as one.</summary>
    public static string Fill(string template, string code, string issuer, string? domain)
    {
        var text = Placeholder().Replace(template, m => m.Groups[1].Value switch
        {
            "code" => code,
            "issuer" => issuer,
            _ => domain ?? "",
        });

        // The last line of an origin-bound one-time code: browsers fill the code in on this site alone.
        return domain is null ? text : $"{text}\n\n@{domain} #{code}";
    }

    [GeneratedRegex(@"\{([^{}]*)\}")]
    private static partial Regex Placeholder();
}
