using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Methods.Sms.Senders;

/// <summary>
/// The HTTP of the senders: without the client's own logging, which writes addresses with their query, and without redirects, which would carry
/// a code elsewhere.
/// </summary>
internal sealed class SmsHttpClient(IHttpClientFactory clients)
{
    private const string Name = "MfaMiddleware.Sms";

    public static void AddServices(IServiceCollection services)
    {
        services.AddHttpClient(Name)
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        services.AddSingleton<SmsHttpClient>();
    }

    /// <exception cref="SmsNotSentException">The gateway refused it, or was not reached.</exception>
    /// <exception cref="HttpRequestException">The connection was lost, or a gateway between answered: it may have gone out.</exception>
    public async Task SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(Name);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode) return;
            if (response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout)
                throw new HttpRequestException("A gateway timed out.", null, response.StatusCode);
            throw new SmsNotSentException($"status {(int)response.StatusCode}");
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            throw new SmsNotSentException(e.HttpRequestError.ToString());
        }
    }
}
