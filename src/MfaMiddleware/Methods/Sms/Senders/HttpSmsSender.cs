using System.Text;

namespace MfaMiddleware.Methods.Sms.Senders;

/// <summary>A gateway that takes an HTTP request made from templates; a status of 200 to 299 is taken.</summary>
internal sealed class HttpSmsSender(SmsHttpClient http, Func<MfaOptions> options) : ISmsSender
{
    public const string Name = "Http";

    public async Task SendAsync(SmsMessage message, CancellationToken cancellationToken)
    {
        var settings = options().Methods.Sms.Http;
        using var request = new HttpRequestMessage(HttpMethod.Parse(settings.Method), HttpSmsTemplate.Url(settings.Url!, message));
        if (settings.Body is { } body) request.Content = new StringContent(HttpSmsTemplate.Body(body, settings.ContentType, message), Encoding.UTF8, settings.ContentType);
        foreach (var (name, value) in settings.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, HttpSmsTemplate.Header(value, message))) throw new SmsNotSentException("a header that can't be sent");
        }

        await http.SendAsync(request, cancellationToken);
    }
}
