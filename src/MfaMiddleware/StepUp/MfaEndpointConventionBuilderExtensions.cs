using MfaMiddleware;
using MfaMiddleware.StepUp;

namespace Microsoft.AspNetCore.Builder;

/// <summary>What an endpoint can ask of the proof of MFA.</summary>
public static class MfaEndpointConventionBuilderExtensions
{
    /// <summary>Asks for a proof of MFA that is fresh enough; see <see cref="RequireMfaAttribute"/>.</summary>
    /// <typeparam name="TBuilder">The endpoints.</typeparam>
    /// <param name="builder">The endpoints.</param>
    /// <param name="maxAge">How old the proof may be. Default: 15 minutes.</param>
    /// <param name="strength">What it must be worth. Default: any.</param>
    /// <param name="methods">What it may come from; see <see cref="RequireMfaAttribute.Methods"/>. Default: any.</param>
    /// <returns>The endpoints.</returns>
    public static TBuilder RequireMfa<TBuilder>(
        this TBuilder builder, TimeSpan? maxAge = null, MfaStrength? strength = null, params string[] methods)
        where TBuilder : IEndpointConventionBuilder => builder.RequireAuthorization(RequireMfaAttribute.Of(maxAge, strength, methods));
}
