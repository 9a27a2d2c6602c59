using MfaMiddleware.Interposition;
using MfaMiddleware.Methods;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.StepUp;

/// <summary>
/// Finds endpoints that ask for a method which doesn't exist: no proof could meet that, so a slip of the pen must show at start and not when
/// the first user is locked out.
/// </summary>
/// <remarks>
/// What a Razor page asks for is read with its first request, and what a policy provider of the host's own makes isn't known before: too late
/// for this; an unknown method is refused there as well.
/// </remarks>
internal sealed class RequireMfaCheck(IEnumerable<EndpointDataSource> sources, MethodRegistry methods, MfaSettings settings, IOptions<AuthorizationOptions> authorization)
{
    public void Run()
    {
        HashSet<string> primary = [.. SecondFactorClaims.PrimaryValues(settings.Current)];
        var complaints = sources.SelectMany(source => source.Endpoints).SelectMany(endpoint => Complaints(endpoint, primary)).Distinct().ToList();
        if (complaints.Count == 0) return;
        throw new InvalidOperationException(
            $"RequireMfa names methods that don't exist: {string.Join("; ", complaints)}. Registered methods: {string.Join(", ", methods.Names)}.");
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
}
