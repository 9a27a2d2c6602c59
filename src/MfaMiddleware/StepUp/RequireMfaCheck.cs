using MfaMiddleware.Methods;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MfaMiddleware.StepUp;

/// <summary>
/// Finds endpoints that ask for a method which doesn't exist: no proof could meet that, so a slip of the pen must show at start and not when
/// the first user is locked out.
/// </summary>
/// <remarks>What a Razor page asks for is read with its first request, too late for this; an unknown method is refused there as well.</remarks>
internal sealed class RequireMfaCheck(IEnumerable<EndpointDataSource> sources, MethodRegistry methods)
{
    public void Run()
    {
        var known = methods.Names.ToList();
        var complaints = sources.SelectMany(source => source.Endpoints).SelectMany(endpoint => Complaints(endpoint, known)).Distinct().ToList();
        if (complaints.Count == 0) return;
        throw new InvalidOperationException(
            $"RequireMfa names methods that don't exist: {string.Join("; ", complaints)}. Registered methods: {string.Join(", ", known)}.");
    }

    private static IEnumerable<string> Complaints(Endpoint endpoint, List<string> known) => endpoint.Metadata
        .GetOrderedMetadata<RequireMfaAttribute>()
        .SelectMany(demand => demand.Methods)
        .Where(method => !known.Contains(method))
        .Select(method => $"'{method}' at {endpoint.DisplayName}");
}
