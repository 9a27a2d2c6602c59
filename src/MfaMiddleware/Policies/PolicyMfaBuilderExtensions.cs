using System.Diagnostics.CodeAnalysis;
using MfaMiddleware;
using MfaMiddleware.Policies;
using MfaMiddleware.Policies.Signals;
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

    /// <summary>Adds a risk signal; it is asked wherever the mode is <see cref="MfaMode.Suspicious"/>.</summary>
    /// <typeparam name="TSignal">The signal; made for each decision, in a scope of its own.</typeparam>
    /// <param name="builder">What <c>AddMfa()</c> returned.</param>
    /// <param name="weight">What it adds to the score where it finds something: 0 to 1,000. Default: 50, which with the default threshold challenges alone.</param>
    /// <returns>The same builder.</returns>
    public static MfaBuilder AddRiskSignal<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSignal>(this MfaBuilder builder, int weight = 50)
        where TSignal : class, IRiskSignal
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfNegative(weight);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weight, 1000);
        builder.Services.TryAddScoped<TSignal>();
        builder.Services.AddSingleton(new CustomSignal(typeof(TSignal), weight));
        return builder;
    }
}
