using MfaMiddleware.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Endpoints;

/// <summary>Refuses requests that another site's page sent: a foreign <c>Origin</c>, <c>null</c> included.</summary>
internal sealed partial class OriginGuard(MfaSettings settings, BypassAttempts bypasses, ILogger<OriginGuard> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (IsOwn(http.Request)) return await next(context);

        Log.ForeignOrigin(logger, http.Request.Method);
        await bypasses.WriteAsync(BypassAttempts.ForeignOrigin);
        await MfaResponseWriter.WriteAsync(http, StatusCodes.Status403Forbidden, new MfaResponse
        {
            Error = "invalid_request",
            ErrorDescription = "The Origin of this request is not this app's.",
        });
        // Not null, which would be written as JSON after the answer.
        return Results.Empty;
    }

    private bool IsOwn(HttpRequest request)
    {
        var origins = request.Headers.Origin;
        if (origins.Count == 0) return true;
        var own = $"{request.Scheme}://{request.Host}";
        return origins.All(origin =>
            string.Equals(origin, own, StringComparison.OrdinalIgnoreCase) || settings.Current.AllowedOrigins.Contains(origin!, StringComparer.OrdinalIgnoreCase));
    }

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Warning, "A {Method} request from a foreign origin was refused.")]
        public static partial void ForeignOrigin(ILogger logger, string method);
    }
}
