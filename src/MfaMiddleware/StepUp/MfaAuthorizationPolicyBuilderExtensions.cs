using MfaMiddleware;
using MfaMiddleware.StepUp;

namespace Microsoft.AspNetCore.Authorization;

/// <summary>What a policy can ask of the proof of MFA.</summary>
public static class MfaAuthorizationPolicyBuilderExtensions
{
    /// <summary>Asks for a proof of MFA that is fresh enough; see <see cref="RequireMfaAttribute"/>. It counts for requests: with any other resource the policy fails.</summary>
    /// <param name="builder">The policy.</param>
    /// <param name="maxAge">How old the proof may be. Default: 15 minutes.</param>
    /// <param name="strength">What it must be worth. Default: any.</param>
    /// <param name="methods">What it may come from; see <see cref="RequireMfaAttribute.Methods"/>. Default: any.</param>
    /// <returns>The policy.</returns>
    public static AuthorizationPolicyBuilder RequireMfa(
        this AuthorizationPolicyBuilder builder, TimeSpan? maxAge = null, MfaStrength? strength = null, params string[] methods)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddRequirements([.. RequireMfaAttribute.Of(maxAge, strength, methods).GetRequirements()]);
    }
}
