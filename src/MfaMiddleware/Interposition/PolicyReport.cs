using MfaMiddleware.Policies;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.Policies.Signals.Geo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Interposition;

/// <summary>Says at start what of the policy does less than its settings look like.</summary>
internal sealed partial class PolicyReport(
    MfaSettings settings, ILogger<PolicyReport> logger, IGeoLocator? locator = null, IServiceProviderIsService? registered = null)
{
    public void Write()
    {
        var options = settings.Current;
        // Every start: a trial that nobody ends is a gate that stands open.
        if (options.Policy.Observe) Log.NothingIsEnforced(logger);
        if (options.TrustedDevices.Enabled && !SparesAnybody(options.Policy)) Log.TrustSparesNobody(logger);
        if (AsksSignals(options.Policy) && options.Policy.Signals.ImpossibleTravel.Enabled && !HasPlaces(options)) Log.NoPlaces(logger);
    }

    private bool SparesAnybody(PolicyOptions policy) =>
        (policy.AllowTrustedDevice && policy.Mode == MfaMode.Always)
        || policy.Rules.Any(r => r.AllowTrustedDevice && (r.Mode ?? policy.Mode) == MfaMode.Always)
        // What a policy in code allows is known to it alone.
        || registered?.IsService(typeof(IMfaPolicy)) == true;

    private static bool AsksSignals(PolicyOptions policy) => policy.Mode == MfaMode.Suspicious || policy.Rules.Any(r => r.Mode == MfaMode.Suspicious);

    private bool HasPlaces(MfaOptions options) => locator is not (null or FileGeoLocator) || options.Geo.File is not null;

    private static partial class Log
    {
        [LoggerMessage(140, LogLevel.Warning, "MFA only observes (Mfa:Policy:Observe is true): decisions are recorded, NOTHING IS ENFORCED, and everybody signs in without a second factor.")]
        public static partial void NothingIsEnforced(ILogger logger);

        [LoggerMessage(141, LogLevel.Warning, "Users may have browsers trusted (Mfa:TrustedDevices:Enabled is true), which spares nobody a challenge: neither Mfa:Policy:AllowTrustedDevice with the mode Always nor a rule with AllowTrustedDevice and that mode is there.")]
        public static partial void TrustSparesNobody(ILogger logger);

        [LoggerMessage(142, LogLevel.Information, "The signal impossible_travel says nothing: there is neither Mfa:Geo:File nor a locator of the app's own (AddMfa().AddGeoLocator<T>()).")]
        public static partial void NoPlaces(ILogger logger);
    }
}
