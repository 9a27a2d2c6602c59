using System.Diagnostics.CodeAnalysis;
using MfaMiddleware;
using MfaMiddleware.Policies;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds policies in code to MfaMiddleware.</summary>
public static class PolicyMfaBuilderExtensions
{
    /// <summary>
    /// Adds a rule in code. Policies run in the order in which they are added, before the rules of the settings; the first with an opinion decides.
    /// </summary>
    /// <typeparam name="TPolicy">The policy; made for each decision, in a scope of its own.</typeparam>
    /// <param name="builder">What <c>AddMfa()</c> returned.</param>
    /// <returns>The same builder.</returns>
    public static MfaBuilder AddPolicy<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TPolicy>(this MfaBuilder builder)
        where TPolicy : class, IMfaPolicy
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Scoped<IMfaPolicy, TPolicy>());
        return builder;
    }
}
