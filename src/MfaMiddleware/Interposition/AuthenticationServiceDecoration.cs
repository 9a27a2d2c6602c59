using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Interposition;

/// <summary>
/// Puts the gate in the place of the host's authentication service, which lives on under a key. By type, so that another decorator (IdentityServer
/// has one) can wrap it in turn.
/// </summary>
internal static class AuthenticationServiceDecoration
{
    public static void Apply(IServiceCollection services)
    {
        var inner = services.Last(d => d.ServiceType == typeof(IAuthenticationService) && !d.IsKeyedService);
        services.Remove(inner);
        services.Add(ToKeyed(inner));
        services.Add(ServiceDescriptor.Describe(typeof(IAuthenticationService), typeof(MfaAuthenticationService), inner.Lifetime));
    }

    private static ServiceDescriptor ToKeyed(ServiceDescriptor inner)
    {
        if (inner.ImplementationInstance is { } instance) return new ServiceDescriptor(typeof(IAuthenticationService), InnerAuthentication.Key, instance);
        return inner.ImplementationFactory is { } factory
            ? new ServiceDescriptor(typeof(IAuthenticationService), InnerAuthentication.Key, (services, _) => factory(services), inner.Lifetime)
            : new ServiceDescriptor(typeof(IAuthenticationService), InnerAuthentication.Key, inner.ImplementationType!, inner.Lifetime);
    }
}
