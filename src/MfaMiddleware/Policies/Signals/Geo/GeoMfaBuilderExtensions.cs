using System.Diagnostics.CodeAnalysis;
using MfaMiddleware;
using MfaMiddleware.Policies.Signals;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds to MfaMiddleware what knows where addresses are.</summary>
public static class GeoMfaBuilderExtensions
{
    /// <summary>Takes a locator of the app's own in the place of the one that reads <c>Mfa:Geo:File</c>.</summary>
    /// <typeparam name="T">The locator; one for the whole app.</typeparam>
    /// <param name="builder">What <c>AddMfa()</c> returned.</param>
    /// <returns>The builder.</returns>
    public static MfaBuilder AddGeoLocator<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this MfaBuilder builder)
        where T : class, IGeoLocator
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton<IGeoLocator, T>());
        return builder;
    }
}
