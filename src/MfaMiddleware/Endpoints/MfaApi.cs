using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.HttpLogging;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Endpoints;

/// <summary>The JSON API, an endpoint a line.</summary>
internal static class MfaApi
{
    public static void Map(RouteGroupBuilder group)
    {
        group.WithTags("MFA").WithMetadata(new KeepsSecrets()).AddEndpointFilter<RouteGroupBuilder, UnavailableFilter>().AddEndpointFilter<RouteGroupBuilder, OriginGuard>();

        group.MapPost("", (HttpContext c, AnswerEndpoint e) => e.HandleAsync(c)).Takes().Gives(200, 400, 401, 403, 429, 503).WithName("Mfa.Answer");
        group.MapPost("/challenge", (HttpContext c, ChallengeEndpoint e) => e.HandleAsync(c)).Takes().Gives(200, 400, 401, 429, 503).WithName("Mfa.Challenge");
        group.MapGet("/session", (HttpContext c, SessionEndpoint e) => e.HandleAsync(c)).Gives(200, 401, 503).WithName("Mfa.Session");
        group.MapPost("/cancel", (HttpContext c, CancelEndpoint e) => e.HandleAsync(c)).Takes().Gives(400, 401, 503).Produces(204).WithName("Mfa.Cancel");
        group.MapPost("/enroll", (HttpContext c, EnrollEndpoint e) => e.HandleAsync(c)).Takes().Gives(200, 400, 401, 403, 503).WithName("Mfa.Enroll");
        group.MapPost("/step-up", (HttpContext c, StepUpEndpoint e) => e.HandleAsync(c)).Takes().Gives(200, 400, 401, 429, 503).WithName("Mfa.StepUp");
        group.MapGet("/factors", (HttpContext c, ListFactorsEndpoint e) => e.HandleAsync(c)).Gives(200, 401, 503).WithName("Mfa.Factors");
        group.MapPost("/factors", (HttpContext c, AddFactorEndpoint e) => e.HandleAsync(c)).Takes().Gives(200, 400, 401, 403, 429, 503).WithName("Mfa.AddFactor");
        group.MapPost("/factors/{id}/verify", (HttpContext c, string id, VerifyFactorEndpoint e) => e.HandleAsync(c, id)).Takes().Gives(200, 400, 401, 403, 404, 503).WithName("Mfa.VerifyFactor");
        group.MapPatch("/factors/{id}", (HttpContext c, string id, RenameFactorEndpoint e) => e.HandleAsync(c, id)).Takes().Gives(200, 400, 401, 404, 503).WithName("Mfa.RenameFactor");
        group.MapDelete("/factors/{id}", (HttpContext c, string id, RemoveFactorEndpoint e) => e.HandleAsync(c, id)).Gives(401, 404, 503).Produces(204).WithName("Mfa.RemoveFactor");
        group.MapPost("/recovery-codes", (HttpContext c, RecoveryCodesEndpoint e) => e.HandleAsync(c)).Takes().Gives(200, 400, 401, 404, 503).WithName("Mfa.RecoveryCodes");
    }

    public static void AddServices(IServiceCollection services) => services
        .AddSingleton<IHttpLoggingInterceptor, BodiesOutOfHttpLogs>()
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
        .AddSingleton<RecoveryCodesEndpoint>();

    private static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new AcceptsMetadata(contentTypes: ["application/json"], type: typeof(MfaRequestBody)));

    private static RouteHandlerBuilder Gives(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses) endpoint.Produces<MfaResponse>(status);
        return endpoint;
    }
}
