using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.EndToEnd.Tests.AuthorizationServer;

/// <summary>Where the client's redirect URI leads: a page that a browser can arrive at.</summary>
internal sealed class ClientSite : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ClientSite(WebApplication app) => _app = app;

    public string RedirectUri => $"{_app.Urls.First()}/callback";

    public static ClientSite Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/callback", () => Results.Text("Back at the client."));
        app.Start();
        return new ClientSite(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
