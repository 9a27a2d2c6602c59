using System.Diagnostics.CodeAnalysis;
using MfaMiddleware;
using MfaMiddleware.Endpoints.Admin;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoints for administrators.</summary>
public static class MfaAdminEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the admin API: list, remove, reset, access code. It asks for a policy of the host's, named here or in <c>Mfa:Admin:Policy</c>, and refuses to start
    /// without one. Chain <c>.RequireMfa(…)</c> so that an administrator proves a second factor first.
    /// </summary>
    /// <param name="endpoints">The app.</param>
    /// <param name="policy">The name of an authorization policy.</param>
    /// <param name="basePath">The base path. Default: <c>/mfa/admin</c>.</param>
    /// <returns>For further conventions on all of them.</returns>
    /// <exception cref="InvalidOperationException">There is no such policy, or <c>AddMfa()</c> is missing.</exception>
    public static IEndpointConventionBuilder MapMfaAdmin(this IEndpointRouteBuilder endpoints, string? policy = null, [StringSyntax("Route")] string basePath = "/mfa/admin")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var settings = endpoints.ServiceProvider.GetService<MfaSettings>() ?? throw new InvalidOperationException("MapMfaAdmin() needs the services of builder.Services.AddMfa().");
        var group = endpoints.MapGroup("/" + basePath.Trim('/'));
        group.RequireAuthorization(AdminPolicy.Find(endpoints.ServiceProvider, policy ?? settings.Current.Admin.Policy));
        AdminApi.Map(group);
        return group;
    }
}
