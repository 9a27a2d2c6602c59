using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite.TwoNodes;

/// <summary>
/// A load balancer without affinity: each request goes to another node than the one of its method before, so that what one form's POST begins, the next one's
/// goes on with elsewhere. Nothing is changed on the way, the Host header included.
/// </summary>
internal sealed class RoundRobin : IAsyncDisposable
{
    // Each connection has its own.
    private static readonly string[] OfTheConnection = ["Connection", "Host", "Keep-Alive", "Transfer-Encoding"];

    private readonly ConcurrentDictionary<string, int> _turns = [];
    private readonly ConcurrentQueue<(string Request, int Node, int Status)> _served = [];
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private readonly IReadOnlyList<Uri> _nodes;
    private readonly WebApplication _app;

    private RoundRobin(IReadOnlyList<Uri> nodes, WebApplication app) => (_nodes, _app) = (nodes, app);

    public Uri Address => new($"http://localhost:{new Uri(_app.Urls.First()).Port}");

    public static async Task<RoundRobin> StartAsync(IReadOnlyList<Uri> nodes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var proxy = new RoundRobin(nodes, app);
        app.Run(proxy.ForwardAsync);
        await app.StartAsync();
        return proxy;
    }

    /// <summary>Which nodes had a request such as <c>POST /mfa/verify</c>, and how they answered, in turn.</summary>
    public (int Node, int Status)[] Answers(string request) => [.. _served.Where(served => served.Request == request).Select(served => (served.Node, served.Status))];

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        var node = _turns.AddOrUpdate(context.Request.Method, 0, (_, turn) => (turn + 1) % _nodes.Count);
        using var request = RequestTo(_nodes[node], context);
        using var response = await _http.SendAsync(request, context.RequestAborted);
        _served.Enqueue(($"{context.Request.Method} {context.Request.Path}", node, (int)response.StatusCode));
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            if (!OfTheConnection.Contains(name, StringComparer.OrdinalIgnoreCase)) context.Response.Headers.Append(name, values.ToArray());
        }

        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static HttpRequestMessage RequestTo(Uri node, HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(node, target));
        if (context.Request.ContentLength > 0) request.Content = new StreamContent(context.Request.Body);
        foreach (var (name, values) in context.Request.Headers)
        {
            if (OfTheConnection.Contains(name, StringComparer.OrdinalIgnoreCase)) continue;
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable())) request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        request.Headers.Host = context.Request.Host.Value;
        return request;
    }
}
