using System.Text.Json;
using System.Text.RegularExpressions;

namespace MfaMiddleware.Methods.Sms.Senders;

/// <summary>The templates of <see cref="HttpSmsOptions"/>: each value is escaped for where it stands, so that no text ends a string or adds a parameter.</summary>
internal static partial class HttpSmsTemplate
{
    public const string Json = "application/json";
    public const string Form = "application/x-www-form-urlencoded";

    private static readonly string[] Known = ["to", "digits", "text", "coding"];

    public static string Url(string template, SmsMessage message) => Fill(template, message, Uri.EscapeDataString);

    public static string Body(string template, string contentType, SmsMessage message) =>
        Fill(template, message, contentType == Json ? value => JsonEncodedText.Encode(value).ToString() : Uri.EscapeDataString);

    /// <summary>Number and digits alone: <c>{text}</c> could end a line.</summary>
    public static string Header(string template, SmsMessage message) => Fill(template, message, value => value);

    public static IEnumerable<string> Unknown(string template) => Placeholder().Matches(template).Select(m => m.Groups[1].Value).Where(n => !Known.Contains(n));

    public static string FillWith(string template, string value) => Placeholder().Replace(template, value);

    private static string Fill(string template, SmsMessage message, Func<string, string> escape) => Placeholder().Replace(template, m => escape(m.Groups[1].Value switch
    {
        "to" => message.To,
        "digits" => message.To.TrimStart('+'),
        "text" => message.Text,
        _ => SmsText.IsGsm7(message.Text) ? "0" : "2",
    }));

    [GeneratedRegex(@"\{([a-z_]+)\}", RegexOptions.IgnoreCase)]
    private static partial Regex Placeholder();
}
