using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Endpoints;

/// <summary>How an endpoint of the JSON API is described.</summary>
internal static class ApiDescriptions
{
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new JsonBody(typeof(MfaRequestBody))).Gives(400, 413, 415);

    /// <summary>Each endpoint answers 403 to a foreign origin, and 503 where a part that it depends on is down.</summary>
    public static RouteHandlerBuilder Gives(this RouteHandlerBuilder endpoint, params IReadOnlyList<int> statuses)
    {
        foreach (var status in statuses.Union([403, 503]).Order()) endpoint.Produces<MfaResponse>(status);
        return endpoint;
    }

    public static void Called(this RouteHandlerBuilder endpoint, string name, string summary, string? description = null)
    {
        endpoint.WithName("Mfa." + name).WithSummary(summary);
        if (description is not null) endpoint.WithDescription(description);
    }
}
