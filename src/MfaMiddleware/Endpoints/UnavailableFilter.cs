using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Endpoints;

/// <summary>Turns a store, a sender or a key ring that failed into the contract's 503.</summary>
internal sealed partial class UnavailableFilter(ILogger<UnavailableFilter> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception e) when (e is MfaUnavailableException or CryptographicException && !context.HttpContext.Response.HasStarted)
        {
            Log.Unavailable(logger, e);
            var token = context.HttpContext.Items[TokenKey] as string;
            await MfaResponseWriter.WriteAsync(context.HttpContext, StatusCodes.Status503ServiceUnavailable, MfaResponseWriter.Unavailable(token));
            // Not null, which would be written as JSON after the answer.
            return Results.Empty;
        }
    }

    /// <summary>Remembers the token of a request, which a 503 repeats: it is still good.</summary>
    public static void Remember(HttpContext context, string? token) => context.Items[TokenKey] = token;

    private static readonly object TokenKey = new();

    private static partial class Log
    {
        [LoggerMessage(1102, LogLevel.Error, "A part that MFA depends on failed: answered with 503.")]
        public static partial void Unavailable(ILogger logger, Exception exception);
    }
}
