using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Tests.Methods.Sms.Senders;

/// <summary>A request that the gateway got.</summary>
public sealed record GatewayRequest(string Method, string Target, string? Authorization, string? Tenant, string? ContentType, string Body);

/// <summary>An HTTP gateway of the test's own on loopback: keeps what it gets, and answers what the test says.</summary>
internal sealed class RecordingGateway : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<GatewayRequest> _requests = new();

    private RecordingGateway()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(k => k.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(TakeAsync);
    }

    public int Status { get; set; } = 201;

    public IReadOnlyList<GatewayRequest> Requests => [.. _requests];

    public string Address => _app.Urls.First();

    public static async Task<RecordingGateway> StartAsync()
    {
        var gateway = new RecordingGateway();
        await gateway._app.StartAsync();
        return gateway;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var (request, headers) = (context.Request, context.Request.Headers);
        _requests.Enqueue(new GatewayRequest(
            request.Method, $"{request.Path}{request.QueryString}", headers.Authorization, headers["X-Tenant"], request.ContentType, await reader.ReadToEndAsync()));
        context.Response.StatusCode = Status;
        if (Status is 302) context.Response.Headers.Location = "/elsewhere";
    }
}
