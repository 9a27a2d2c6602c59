using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MfaMiddleware.Endpoints;

/// <summary>Writes an answer: never cached, its length known, nothing sent before it is whole.</summary>
internal static class MfaResponseWriter
{
    public static Task WriteAsync(HttpContext context, int status, MfaResponse response)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(response, MfaResponseJson.Default.MfaResponse);
        if (response.RetryAfter is { } seconds) context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return WriteAsync(context, status, body);
    }

    /// <summary>Writes a body that is JSON already.</summary>
    public static async Task WriteAsync(HttpContext context, int status, ReadOnlyMemory<byte> json)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        response.Headers[HeaderNames.XContentTypeOptions] = "nosniff";
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = json.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await response.Body.WriteAsync(json, context.RequestAborted);
    }

    public static void NoContent(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public static MfaResponse Throttled(string? token, TimeSpan wait) =>
        new() { Type = 1, Error = "throttled", RetryAfter = Seconds(wait), MfaToken = token };

    public static MfaResponse Unavailable(string? token) =>
        new() { Type = 1, Error = "temporarily_unavailable", RetryAfter = 5, MfaToken = token };

    /// <summary>Whole seconds, rounded up: a client that waits as long is not early.</summary>
    public static long Seconds(TimeSpan span) => Math.Max(1, (long)Math.Ceiling(span.TotalSeconds));
}
