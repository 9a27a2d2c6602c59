using System.Text.Json;

namespace MfaMiddleware.Methods.Sms.Senders;

/// <summary>What can be known to fail before the first message. Values with a secret in them (URL, headers, body) are not repeated.</summary>
internal static class HttpSmsRules
{
    public static void Check(HttpSmsOptions options, SettingsCheck check)
    {
        check.Must(options.Method is "GET" or "POST" or "PUT", nameof(options.Method), options.Method, "it must be GET, POST or PUT.");
        check.Must(
            options.ContentType is HttpSmsTemplate.Json or HttpSmsTemplate.Form, nameof(options.ContentType), options.ContentType,
            $"it must be {HttpSmsTemplate.Json} or {HttpSmsTemplate.Form}.");
        CheckUrl(options.Url, check);
        if (options.Body is { } body) CheckBody(options, body, check);
        foreach (var (name, value) in options.Headers)
        {
            if (value is null || value.AsSpan().ContainsAny('\r', '\n') || value.Contains("{text}", StringComparison.OrdinalIgnoreCase)) check.Fail($"Headers:{name} must be one line without {{text}}.");
            else CheckNames($"Headers:{name}", value, check);
        }
    }

    private static void CheckUrl(string? url, SettingsCheck check)
    {
        if (string.IsNullOrWhiteSpace(url))
        {
            check.Fail("Url must not be blank.");
            return;
        }

        CheckNames("Url", url, check);
        // A placeholder in the host would let a number choose where its code goes.
        var isAddress = Uri.TryCreate(HttpSmsTemplate.FillWith(url, "1"), UriKind.Absolute, out var one)
            && Uri.TryCreate(HttpSmsTemplate.FillWith(url, "2"), UriKind.Absolute, out var two)
            && one.Scheme is "http" or "https" && one.GetLeftPart(UriPartial.Authority) == two.GetLeftPart(UriPartial.Authority);
        if (!isAddress) check.Fail("Url must be an absolute http or https address with placeholders in path and query alone.");
    }

    private static void CheckBody(HttpSmsOptions options, string body, SettingsCheck check)
    {
        CheckNames("Body", body, check);
        if (options.Method == "GET") check.Fail("Body needs the Method POST or PUT.");
        if (options.ContentType == HttpSmsTemplate.Json && !IsJson(HttpSmsTemplate.FillWith(body, "1"))) check.Fail("Body must be JSON, with the placeholders inside of strings.");
    }

    private static void CheckNames(string key, string template, SettingsCheck check)
    {
        foreach (var name in HttpSmsTemplate.Unknown(template)) check.Fail($"{key}: {{{name}}} is unknown; known are {{to}}, {{digits}}, {{text}} and {{coding}}.");
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
