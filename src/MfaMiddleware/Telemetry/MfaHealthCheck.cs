using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MfaMiddleware.Telemetry;

/// <summary>Asks one part that MFA depends on, within the time that a sign-in gives it too.</summary>
/// <param name="services">Where the part is looked up: in the probe, so that one that can't even be made is unhealthy and not an error of the endpoint.</param>
/// <param name="ask">Returns where the part works, and throws where it doesn't.</param>
/// <param name="meaning">What its failure means to users: plain words, without an identity or an address.</param>
internal sealed class MfaHealthCheck(IServiceProvider services, Func<IServiceProvider, CancellationToken, Task> ask, string meaning) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await services.GetRequiredService<StoreBudget>().RunAsync(AskAsync, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            var cause = CauseOf(e);
            return new HealthCheckResult(context.Registration.FailureStatus, cause is CryptographicException ? $"{meaning} {cause.Message}" : meaning, cause);
        }
    }

    // On a thread of its own: neither a store nor a key ring that blocks its caller holds the probe beyond the budget.
    private async ValueTask<HealthCheckResult> AskAsync(CancellationToken cancellationToken)
    {
        await Task.Run(() => ask(services, cancellationToken), cancellationToken);
        return HealthCheckResult.Healthy();
    }

    private static Exception CauseOf(Exception e) => e is MfaUnavailableException { InnerException: { } inner } ? CauseOf(inner) : e;
}
