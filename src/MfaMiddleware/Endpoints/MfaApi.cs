using MfaMiddleware.Endpoints.Admin;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpLogging;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Endpoints;

/// <summary>The JSON API, an endpoint a line.</summary>
internal static class MfaApi
{
    public static void Map(RouteGroupBuilder group)
    {
        group.WithTags("MFA").WithMetadata(new KeepsSecrets()).AddEndpointFilter<RouteGroupBuilder, UnavailableFilter>().AddEndpointFilter<RouteGroupBuilder, OriginGuard>();

        MapPending(group);
        MapSignedIn(group);
    }

    /// <summary>For whoever holds a token.</summary>
    private static void MapPending(RouteGroupBuilder group)
    {
        group.MapPost("", (HttpContext c, AnswerEndpoint e, [FromHeader(Name = MfaRequestReader.TokenHeader)] string? _) => e.HandleAsync(c)).Gives(200, 401, 429).Takes()
            .Called("Answer", "Answers a challenge", "Takes `code` or `credential`, with `method` or `factor_id` where the code alone is ambiguous, with `enrollment_id` where it completes a set-up. 200: what the sign-in would have answered. 401 `invalid_code`: a new `mfa_token` takes the place of the old one.");
        group.MapPost("/challenge", (HttpContext c, ChallengeEndpoint e, [FromHeader(Name = MfaRequestReader.TokenHeader)] string? _) => e.HandleAsync(c)).Gives(200, 401, 429).Takes()
            .Called("Challenge", "Starts or repeats a challenge", "Takes `method` or `factor_id`. Methods without a challenge, such as totp, need no such request.");
        group.MapGet("/session", (HttpContext c, SessionEndpoint e, [FromHeader(Name = MfaRequestReader.TokenHeader)] string? _) => e.HandleAsync(c)).Gives(200, 401)
            .Called("Session", "Describes a pending session", "The token travels in the header alone.");
        group.MapPost("/cancel", (HttpContext c, CancelEndpoint e, [FromHeader(Name = MfaRequestReader.TokenHeader)] string? _) => e.HandleAsync(c)).Gives(401).Produces(204).Takes()
            .Called("Cancel", "Ends a pending session", "Takes the token alone.");
        group.MapPost("/enroll", (HttpContext c, EnrollEndpoint e, [FromHeader(Name = MfaRequestReader.TokenHeader)] string? _) => e.HandleAsync(c)).Gives(200, 401).Takes()
            .Called("Enroll", "Begins the set-up of a first factor", "Takes `method` and, if the user gave one, `name`. `POST` of the base path with the `enrollment_id` and the first code completes the set-up and the sign-in.");
    }

    /// <summary>For whoever is signed in.</summary>
    private static void MapSignedIn(RouteGroupBuilder group)
    {
        group.MapPost("/step-up", (HttpContext c, StepUpEndpoint e) => e.HandleAsync(c)).Gives(200, 401, 429).Takes()
            .Called("StepUp", "Begins a fresh proof", "Takes `methods`, `strength` and `max_age`, all optional. Answers as a sign-in that needs a factor.");
        group.MapGet("/factors", (HttpContext c, ListFactorsEndpoint e) => e.HandleAsync(c)).Gives(200, 401)
            .Called("Factors", "Lists the user's factors");
        group.MapPost("/factors", (HttpContext c, AddFactorEndpoint e) => e.HandleAsync(c)).Gives(200, 401, 429).Takes()
            .Called("AddFactor", "Begins the set-up of a factor", "Takes `method` and, if the user gave one, `name`. Needs a fresh proof.");
        group.MapPost("/factors/{id}/verify", (HttpContext c, string id, VerifyFactorEndpoint e) => e.HandleAsync(c, id)).Gives(200, 401, 404).Takes()
            .Called("VerifyFactor", "Completes the set-up of a factor", "Takes the first `code` or `credential` of the new authenticator.");
        group.MapPatch("/factors/{id}", (HttpContext c, string id, RenameFactorEndpoint e) => e.HandleAsync(c, id)).Gives(200, 401, 404).Takes()
            .Called("RenameFactor", "Renames a factor", "Takes `name`. Needs a fresh proof.");
        group.MapDelete("/factors/{id}", (HttpContext c, string id, RemoveFactorEndpoint e) => e.HandleAsync(c, id)).Gives(401, 404).Produces(204)
            .Called("RemoveFactor", "Removes a factor", "Needs a fresh proof.");
        group.MapPost("/factors/{id}/resync", (HttpContext c, string id, ResyncFactorEndpoint e) => e.HandleAsync(c, id)).Gives(200, 401, 404, 429).Takes()
            .Called("ResyncFactor", "Brings a token back into step", "Takes `codes`: two codes of a counter-based token, one after the other. Needs a fresh proof.");
        group.MapPost("/recovery-codes", (HttpContext c, RecoveryCodesEndpoint e) => e.HandleAsync(c)).Gives(200, 401, 404).Takes()
            .Called("RecoveryCodes", "Issues a new set of recovery codes", "Takes an empty object. The old codes are void. Needs a fresh proof.");
        group.MapGet("/devices", (HttpContext c, DevicesEndpoints e) => e.ListAsync(c)).Gives(200, 401)
            .Called("Devices", "Lists the browsers that know the user");
        group.MapDelete("/devices/{id}", (HttpContext c, string id, DevicesEndpoints e) => e.RemoveAsync(c, id)).Gives(401, 404).Produces(204)
            .Called("RemoveDevice", "Forgets a browser", "Its next sign-in is that of a new one. Needs a fresh proof.");
        group.MapDelete("/devices", (HttpContext c, DevicesEndpoints e) => e.RemoveAllAsync(c)).Gives(401).Produces(204)
            .Called("RemoveDevices", "Forgets every browser of the user", "Needs a fresh proof.");
    }

    public static void AddServices(IServiceCollection services) => services
        .AddSingleton<IHttpLoggingInterceptor, BodiesOutOfHttpLogs>()
        .AddSingleton<IApiDescriptionProvider, JsonBodyDescription>()
        .AddSingleton<PendingSessionFinder>()
        .AddSingleton<ChallengePresenter>()
        .AddSingleton<ChallengeWriter>()
        .AddSingleton<EnrollmentPresenter>()
        .AddSingleton<AnswerEndpoint>()
        .AddSingleton<ChallengeEndpoint>()
        .AddSingleton<SessionEndpoint>()
        .AddSingleton<CancelEndpoint>()
        .AddSingleton<EnrollEndpoint>()
        .AddSingleton<StepUpEndpoint>()
        .AddSingleton<ManageAnswer>()
        .AddSingleton<ListFactorsEndpoint>()
        .AddSingleton<AddFactorEndpoint>()
        .AddSingleton<VerifyFactorEndpoint>()
        .AddSingleton<RenameFactorEndpoint>()
        .AddSingleton<RemoveFactorEndpoint>()
        .AddSingleton<ResyncFactorEndpoint>()
        .AddSingleton<RecoveryCodesEndpoint>()
        .AddSingleton<DevicesEndpoints>()
        .AddSingleton<AdminEndpoints>()
        .AddSingleton<AdminHistoryEndpoints>();
}
