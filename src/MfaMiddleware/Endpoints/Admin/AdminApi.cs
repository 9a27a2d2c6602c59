using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MfaMiddleware.Endpoints.Admin;

/// <summary>The admin API, an endpoint a line.</summary>
internal static class AdminApi
{
    public static void Map(RouteGroupBuilder group)
    {
        group.WithTags("MFA administration").WithMetadata(new KeepsSecrets()).AddEndpointFilter<RouteGroupBuilder, UnavailableFilter>().AddEndpointFilter<RouteGroupBuilder, OriginGuard>();
        group.MapGet("/users/{subject}/factors", (HttpContext c, string subject, AdminEndpoints e) => e.ListAsync(c, subject)).Gives(200)
            .Called("Admin.Factors", "Lists a user's factors");
        group.MapDelete("/users/{subject}/factors/{id}", (HttpContext c, string subject, string id, AdminEndpoints e) => e.RemoveAsync(c, subject, id)).Gives(404).Produces(204)
            .Called("Admin.RemoveFactor", "Removes a user's factor");
        group.MapDelete("/users/{subject}/factors", (HttpContext c, string subject, AdminEndpoints e) => e.ResetAsync(c, subject)).Gives().Produces(204)
            .Called("Admin.Reset", "Takes all factors away", "Recovery codes, access code and failure counts go too. The next first factor needs an access code.");
        group.MapPost("/users/{subject}/access-code", (HttpContext c, string subject, AdminEndpoints e) => e.IssueAccessCodeAsync(c, subject)).Gives(200).Takes()
            .Called("Admin.AccessCode", "Makes a one-time access code", "Takes an empty object. The code works once, for an hour; an earlier one is void.");
    }
}
