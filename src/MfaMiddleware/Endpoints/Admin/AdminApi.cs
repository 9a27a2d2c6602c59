using MfaMiddleware.Policies.History;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MfaMiddleware.Endpoints.Admin;

/// <summary>The admin API, an endpoint a line.</summary>
internal static class AdminApi
{
    public static void Map(RouteGroupBuilder group)
    {
        group.WithTags("MFA administration").WithMetadata(new KeepsSecrets(), new Mark()).AddEndpointFilter<RouteGroupBuilder, UnavailableFilter>().AddEndpointFilter<RouteGroupBuilder, OriginGuard>();
        MapFactors(group);
        MapHistory(group);
    }

    private static void MapFactors(RouteGroupBuilder group)
    {
        group.MapGet("/users/{subject}/factors", (HttpContext c, string subject, AdminEndpoints e) => e.ListAsync(c, subject)).Gives(200)
            .Called("Admin.Factors", "Lists a user's factors");
        group.MapDelete("/users/{subject}/factors/{id}", (HttpContext c, string subject, string id, AdminEndpoints e) => e.RemoveAsync(c, subject, id)).Gives(404).Produces(204)
            .Called("Admin.RemoveFactor", "Removes a user's factor");
        group.MapDelete("/users/{subject}/factors", (HttpContext c, string subject, AdminEndpoints e) => e.ResetAsync(c, subject)).Gives().Produces(204)
            .Called("Admin.Reset", "Takes all factors away", "Recovery codes, access code and failure counts go too. The next first factor needs an access code.");
        group.MapPost("/users/{subject}/access-code", (HttpContext c, string subject, AdminEndpoints e) => e.IssueAccessCodeAsync(c, subject)).Gives(200).Takes()
            .Called("Admin.AccessCode", "Makes a one-time access code", "Takes an empty object. The code works once, for an hour; an earlier one is void.");
    }

    private static void MapHistory(RouteGroupBuilder group)
    {
        group.MapGet("/users/{subject}/devices", (HttpContext c, string subject, AdminHistoryEndpoints e) => e.ListDevicesAsync(c, subject)).Gives(200)
            .Called("Admin.Devices", "Lists the browsers that know a user");
        group.MapDelete("/users/{subject}/devices/{id}", (HttpContext c, string subject, string id, AdminHistoryEndpoints e) => e.RemoveDeviceAsync(c, subject, id)).Gives(404).Produces(204)
            .Called("Admin.RemoveDevice", "Forgets a browser of a user");
        group.MapDelete("/users/{subject}/devices", (HttpContext c, string subject, AdminHistoryEndpoints e) => e.RemoveDevicesAsync(c, subject)).Gives().Produces(204)
            .Called("Admin.RemoveDevices", "Forgets every browser of a user");
        group.MapGet("/users/{subject}/decisions", (HttpContext c, string subject, AdminHistoryEndpoints e) => e.ReadDecisionsAsync(c, subject)).Gives().Produces<ExportedDecisions>()
            .Called("Admin.Decisions", "Explains a user's last sign-ins", "Newest first: what was decided, by which rule, and what each signal found.");
        group.MapGet("/users/{subject}/history", (HttpContext c, string subject, AdminHistoryEndpoints e) => e.ExportAsync(c, subject)).Gives().Produces<ExportedHistory>()
            .Called("Admin.History", "Exports what is remembered of a user", "Everything, for a user who asks for it. It holds no secret.");
        group.MapDelete("/users/{subject}/history", (HttpContext c, string subject, AdminHistoryEndpoints e) => e.DeleteAsync(c, subject)).Gives().Produces(204)
            .Called("Admin.DeleteHistory", "Forgets what is remembered of a user", "Devices included: the next sign-in is like the first one.");
    }

    /// <summary>On each of these endpoints.</summary>
    internal sealed record Mark;
}
