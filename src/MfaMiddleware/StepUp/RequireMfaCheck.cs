using System.Reflection;
using MfaMiddleware.Endpoints.Admin;
using MfaMiddleware.Interposition;
using MfaMiddleware.Methods;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.StepUp;

/// <summary>
/// Finds endpoints that ask for a method which doesn't exist: no proof could meet that, so a slip of the pen must show at start and not when
/// the first user is locked out. And methods of hubs that ask at all: nobody would look.
/// </summary>
/// <remarks>
/// What a Razor page asks for is read with its first request, and what a policy provider of the host's own makes isn't known before: too late
/// for this; an unknown method is refused there as well.
/// </remarks>
internal sealed partial class RequireMfaCheck(
    IEnumerable<EndpointDataSource> sources, MethodRegistry methods, MfaSettings settings, IOptions<AuthorizationOptions> authorization, ILogger<RequireMfaCheck> logger)
{
    public void Run()
    {
        CheckHubs();
        WarnOfAdministration();
        HashSet<string> primary = [.. SecondFactorClaims.PrimaryValues(settings.Current)];
        var complaints = sources.SelectMany(source => source.Endpoints).SelectMany(endpoint => Complaints(endpoint, primary)).Distinct().ToList();
        if (complaints.Count == 0) return;
        throw new InvalidOperationException(
            $"RequireMfa names methods that don't exist: {string.Join("; ", complaints)}. Registered methods: {string.Join(", ", methods.Names)}.");
    }

    /// <summary>Fail closed: of an attribute on a method of a hub SignalR sees the policy, roles and schemes alone, and would take this one for <c>[Authorize]</c>.</summary>
    private void CheckHubs()
    {
        var methods = sources.SelectMany(source => source.Endpoints).Select(endpoint => endpoint.Metadata.GetMetadata<HubMetadata>()?.HubType).OfType<Type>().Distinct()
            .SelectMany(hub => hub.GetMethods().Where(m => m.GetCustomAttributes<RequireMfaAttribute>(inherit: true).Any()).Select(m => $"{hub.Name}.{m.Name}")).ToList();
        if (methods.Count == 0) return;
        throw new InvalidOperationException(
            $"[RequireMfa] can't be asked of a single method of a hub, since a connection has no later proof than the one it was opened with: {string.Join(", ", methods)}. " +
            "Ask it of the hub: [RequireMfa] on its class, or app.MapHub<T>(…).RequireMfa(…).");
    }

    /// <summary>It takes a user's factors away and gives access codes: an administrator's stolen cookie would be enough for any account.</summary>
    private void WarnOfAdministration()
    {
        var isOpen = sources.SelectMany(source => source.Endpoints).Any(endpoint => endpoint.Metadata.GetMetadata<AdminApi.Mark>() is not null && !RequirementsOf(endpoint).Any());
        if (isOpen) Log.AdministrationWithoutProof(logger);
    }

    private IEnumerable<string> Complaints(Endpoint endpoint, HashSet<string> primary) => RequirementsOf(endpoint)
        .SelectMany(demand => demand.Ways)
        .SelectMany(way => Complaints(way, primary))
        .Select(complaint => $"{complaint} at {endpoint.DisplayName}");

    private IEnumerable<string> Complaints(MethodCombination way, HashSet<string> primary)
    {
        foreach (var word in way.Words.Where(word => methods.ProvedBy(word).Count == 0 && !primary.Contains(word))) yield return $"'{word}'";
        if (way.Words.All(primary.Contains)) yield return $"'{way}', which is no second factor,";
    }

    private IEnumerable<MfaRequirement> RequirementsOf(Endpoint endpoint)
    {
        var policies = endpoint.Metadata.GetOrderedMetadata<AuthorizationPolicy>()
            .Concat(endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(PolicyOf).OfType<AuthorizationPolicy>())
            .SelectMany(policy => policy.Requirements);
        return endpoint.Metadata.GetOrderedMetadata<IAuthorizationRequirementData>()
            .SelectMany(data => data.GetRequirements()).Concat(policies).OfType<MfaRequirement>();
    }

    private AuthorizationPolicy? PolicyOf(IAuthorizeData data) =>
        string.IsNullOrWhiteSpace(data.Policy) ? authorization.Value.DefaultPolicy : authorization.Value.GetPolicy(data.Policy);

    private static partial class Log
    {
        [LoggerMessage(1002, LogLevel.Warning, "MapMfaAdmin() asks for no proof of a second factor: an administrator's stolen session could reset any account. Chain .RequireMfa(TimeSpan.FromMinutes(15)), or put it into the policy.")]
        public static partial void AdministrationWithoutProof(ILogger logger);
    }
}
