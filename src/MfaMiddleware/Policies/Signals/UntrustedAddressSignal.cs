using MfaMiddleware.Policies.Signals.Addresses;

namespace MfaMiddleware.Policies.Signals;

/// <summary>An address that the host's deny lists name. The codes are Auth0's.</summary>
internal sealed class UntrustedAddressSignal : IRiskSignal
{
    private static readonly ValueTask<RiskFinding> NotFound = new(new RiskFinding("not_found_on_deny_list", RiskConfidence.High));

    public string Name => "untrusted_address";

    public ValueTask<RiskFinding> AssessAsync(RiskContext context, CancellationToken cancellationToken) =>
        context.Verdict.Standing == AddressStanding.Denied ? new(Denied(context.Verdict)) : NotFound;

    private static RiskFinding Denied(AddressVerdict verdict) => new("found_on_deny_list", RiskConfidence.Low)
    {
        IsAttackSign = true,
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["entry"] = verdict.Network.ToString(), ["list"] = verdict.Source ?? "" },
    };
}
