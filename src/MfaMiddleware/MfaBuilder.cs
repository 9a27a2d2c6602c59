using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware;

/// <summary>What <c>AddMfa()</c> returns, for adding stores, methods, policies and pages.</summary>
/// <param name="services">The host's services.</param>
public sealed class MfaBuilder(IServiceCollection services)
{
    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; } = services;
}
