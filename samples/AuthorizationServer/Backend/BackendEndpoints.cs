using MfaMiddleware;

namespace AuthorizationServer.Backend;

public static class BackendEndpoints
{
    public static void MapBackend(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api").AddEndpointFilter(AnswerUnavailableAsync);
        api.MapPost("/login", (Credentials body, LoginEndpoint endpoint, HttpContext context, CancellationToken cancellationToken) =>
            endpoint.HandleAsync(body, context, cancellationToken));
        api.MapPost("/authorize", (BackendAuthorizeRequest body, BackendAuthorizeEndpoint endpoint, HttpContext context, CancellationToken cancellationToken) =>
            endpoint.HandleAsync(body, context, cancellationToken));
    }

    /// <summary>A store that is down lets nobody in, and is no wrong code either.</summary>
    private static async ValueTask<object?> AnswerUnavailableAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (MfaUnavailableException)
        {
            context.HttpContext.Response.Headers.RetryAfter = "5";
            return Results.Json(new { type = 1, error = "temporarily_unavailable" }, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
