using MfaMiddleware;
using MfaMiddleware.Interposition;

namespace Microsoft.AspNetCore.Builder;

/// <summary>What a host can say about the endpoints that sign in.</summary>
public static class MfaChallengeConventionBuilderExtensions
{
    /// <summary>Says how the clients of these endpoints are challenged, whatever their requests look like.</summary>
    /// <typeparam name="TBuilder">The kind of endpoints.</typeparam>
    /// <param name="builder">The endpoints.</param>
    /// <param name="form">The form of the challenge.</param>
    /// <returns>The same endpoints.</returns>
    public static TBuilder WithMfaChallenge<TBuilder>(this TBuilder builder, MfaChallengeForm form)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ChallengeFormMetadata(form == MfaChallengeForm.Page ? ChallengeForm.Page : ChallengeForm.Json));
}
