using MfaMiddleware.Redis.Startup;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The health of the stores on Redis.</summary>
public static class MfaRedisHealthChecksBuilderExtensions
{
    /// <summary>
    /// Asks Redis with each check, within the time that any call has: unhealthy where users who need MFA get a 503. It has the tags <c>mfa</c> and
    /// <c>ready</c>, as those of <c>AddMfa()</c> have.
    /// </summary>
    /// <param name="builder">What <c>AddHealthChecks()</c> returned.</param>
    /// <param name="name">The name of the check.</param>
    /// <returns>The builder.</returns>
    public static IHealthChecksBuilder AddMfaRedis(this IHealthChecksBuilder builder, string name = "mfa-redis")
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCheck<RedisHealthCheck>(name, HealthStatus.Unhealthy, ["mfa", "ready"]);
    }
}
