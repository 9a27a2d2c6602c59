using MfaMiddleware.Redis.Connection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MfaMiddleware.Redis.Startup;

/// <summary>Asks Redis, as a sign-in would.</summary>
internal sealed class RedisHealthCheck(RedisCaller caller) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await caller.ProbeAsync(cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy();
        }
        catch (RedisUnavailableException e)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message);
        }
    }
}
