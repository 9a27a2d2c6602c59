using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware;

/// <summary>
/// Puts a service of ours in the place of the host's last registration, which lives on under a key with its lifetime. By type, so that another
/// decorator (IdentityServer has one of the authentication service) can wrap it in turn.
/// </summary>
internal static class ServiceDecoration
{
    public static void Decorate<TService, TDecorator>(this IServiceCollection services, string innerKey)
        where TDecorator : class, TService
    {
        var inner = services.Last(d => d.ServiceType == typeof(TService) && !d.IsKeyedService);
        services.Remove(inner);
        services.Add(ToKeyed(inner, innerKey));
        services.Add(ServiceDescriptor.Describe(typeof(TService), typeof(TDecorator), inner.Lifetime));
    }

    private static ServiceDescriptor ToKeyed(ServiceDescriptor inner, string key)
    {
        if (inner.ImplementationInstance is { } instance) return new ServiceDescriptor(inner.ServiceType, key, instance);
        return inner.ImplementationFactory is { } factory
            ? new ServiceDescriptor(inner.ServiceType, key, (services, _) => factory(services), inner.Lifetime)
            : new ServiceDescriptor(inner.ServiceType, key, inner.ImplementationType!, inner.Lifetime);
    }
}
