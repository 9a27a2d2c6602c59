using System.Net.Http.Headers;
using System.Text;

namespace MfaMiddleware.Methods.Sms.Senders;

/// <summary>Twilio's Messages API: a form post with basic authentication, 201 for taken.</summary>
internal sealed class TwilioSmsSender(SmsHttpClient http, Func<MfaOptions> options) : ISmsSender
{
    public const string Name = "Twilio";

    public async Task SendAsync(SmsMessage message, CancellationToken cancellationToken)
    {
        var settings = options().Methods.Sms.Twilio;
        var address = $"{settings.BaseAddress.TrimEnd('/')}/2010-04-01/Accounts/{Uri.EscapeDataString(settings.AccountSid!)}/Messages.json";
        var from = settings.MessagingServiceSid is { } service ? KeyValuePair.Create("MessagingServiceSid", service) : KeyValuePair.Create("From", settings.From!);
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("To", message.To), from, KeyValuePair.Create("Body", message.Text)]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.AccountSid}:{settings.AuthToken}")));
        await http.SendAsync(request, cancellationToken);
    }

    public static void Check(TwilioOptions options, SettingsCheck check)
    {
        check.NotBlank(nameof(options.AccountSid), options.AccountSid);
        // Never the value: it is the account's secret.
        if (string.IsNullOrWhiteSpace(options.AuthToken)) check.Fail("AuthToken must not be blank.");
        if (string.IsNullOrWhiteSpace(options.From) == string.IsNullOrWhiteSpace(options.MessagingServiceSid)) check.Fail("From or MessagingServiceSid must be set, and not both.");
        check.Must(
            Uri.TryCreate(options.BaseAddress, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.IsLoopback),
            nameof(options.BaseAddress), options.BaseAddress, "it must be an https address.");
    }
}
