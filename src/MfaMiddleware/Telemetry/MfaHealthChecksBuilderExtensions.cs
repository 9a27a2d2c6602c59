using MfaMiddleware;
using MfaMiddleware.Factors;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Telemetry;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds what MFA depends on to the health checks of an app.</summary>
public static class MfaHealthChecksBuilderExtensions
{
    // Nobody's: a realm of this name with a subject that is no name.
    private static readonly MfaSubject Nobody = new("MfaMiddleware.HealthCheck", "-");

    /// <summary>
    /// Adds three checks with the tags <c>mfa</c> and <c>ready</c>: <c>mfa-factors</c> reads the factor store, <c>mfa-pending-sessions</c> reads the
    /// pending-session store, and <c>mfa-keys</c> opens the factor store's look-up key with the Data Protection keys of this process. Each answers
    /// within <see cref="MfaOptions.StoreTimeout"/>; where one fails, users who need MFA get a 503.
    /// </summary>
    /// <param name="builder">What <c>AddHealthChecks()</c> returned.</param>
    /// <returns>The same builder.</returns>
    public static IHealthChecksBuilder AddMfa(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder
            .Add(Check(
                "mfa-factors",
                "The factor store can't be read: users who need MFA get 503.",
                (services, token) => services.GetRequiredService<FactorStore>().FindAsync(Nobody, token).AsTask()))
            .Add(Check(
                "mfa-pending-sessions",
                "The pending-session store can't be read: sign-ins that need MFA get 503.",
                (services, token) => services.GetRequiredService<SessionStore>().FindAsync(MfaToken.NewId(), token).AsTask()))
            .Add(Check(
                "mfa-keys",
                "The factor store's look-up key was not read or does not open: users who need MFA get 503.",
                (services, token) => services.GetRequiredService<LookupHasher>().CheckKeyAsync(token).AsTask()));
    }

    private static HealthCheckRegistration Check(string name, string meaning, Func<IServiceProvider, CancellationToken, Task> ask) =>
        new(name, services => new MfaHealthCheck(services, ask, meaning), HealthStatus.Unhealthy, ["mfa", "ready"]);
}
