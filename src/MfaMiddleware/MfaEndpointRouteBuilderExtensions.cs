using System.Diagnostics.CodeAnalysis;
using MfaMiddleware;
using MfaMiddleware.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoints of MfaMiddleware.</summary>
public static class MfaEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the JSON API and, where the UI package is registered, the pages. They are open to anonymous callers, even under a fallback
    /// authorization policy: who must answer a challenge isn't signed in yet.
    /// </summary>
    /// <param name="endpoints">The app.</param>
    /// <param name="basePath">The base path. Default: <c>/mfa</c>.</param>
    /// <returns>For further conventions on all of them.</returns>
    /// <exception cref="InvalidOperationException"><c>AddMfa()</c> is missing.</exception>
    public static IEndpointConventionBuilder MapMfa(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string basePath = "/mfa")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var map = endpoints.ServiceProvider.GetService<MfaEndpointMap>()
            ?? throw new InvalidOperationException("MapMfa() needs the services of builder.Services.AddMfa().");
        map.BasePath = "/" + basePath.Trim('/');

        var group = endpoints.MapGroup(map.BasePath).AllowAnonymous();
        MfaApi.Map(group.MapGroup(""));
        endpoints.ServiceProvider.GetService<IMfaPages>()?.Map(group.MapGroup("").ExcludeFromDescription());
        return group;
    }
}
