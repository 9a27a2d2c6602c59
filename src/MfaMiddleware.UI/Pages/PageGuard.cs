using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.UI.Pages;

/// <summary>
/// Around every page: refuses what another site posts, and turns what fails into a page. The result is then empty, and not null: an endpoint
/// that the framework makes at run time would write that as JSON behind the page, fail, and cut the connection.
/// </summary>
internal sealed partial class PageGuard(ProblemPage problem, MfaSignInManager manager, ILogger<PageGuard> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (HttpMethods.IsPost(http.Request.Method) && !IsOwn(http.Request))
        {
            Log.ForeignOrigin(logger);
            await manager.ReportBypassAttemptAsync("foreign_origin");
            await problem.WriteAsync(http, MfaProblem.Forbidden);
            return Results.Empty;
        }

        try
        {
            return await next(context);
        }
        catch (Exception e) when (!http.Response.HasStarted && ProblemOf(e) is { } code)
        {
            if (code == MfaProblem.Unavailable) Log.Unavailable(logger, e);

            // Fail closed: nothing that was meant for the response of a success goes out with this one.
            http.Response.Clear();
            await problem.WriteAsync(http, code);
            return Results.Empty;
        }
    }

    private static string? ProblemOf(Exception e) => e switch
    {
        MfaUnavailableException or CryptographicException => MfaProblem.Unavailable,
        BadHttpRequestException or InvalidDataException => MfaProblem.BadRequest,
        _ => null,
    };

    /// <summary>
    /// Our own pages forbid referrers, and so their forms come with the origin <c>null</c>; then the browser's <c>Sec-Fetch-Site</c> tells
    /// whose it is, and where it isn't sent (plain http) the antiforgery token alone.
    /// </summary>
    private static bool IsOwn(HttpRequest request) => request.Headers.Origin switch
    {
        [] => true,
        ["null"] => request.Headers["Sec-Fetch-Site"] is [] or ["same-origin"],
        [var origin] => string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Warning, "A form that another site's page sent was refused.")]
        public static partial void ForeignOrigin(ILogger logger);

        [LoggerMessage(3002, LogLevel.Error, "A part that MFA depends on failed: answered with a page and 503.")]
        public static partial void Unavailable(ILogger logger, Exception exception);
    }
}
