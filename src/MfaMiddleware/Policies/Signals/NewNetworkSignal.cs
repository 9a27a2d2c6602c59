namespace MfaMiddleware.Policies.Signals;

/// <summary>A network, IPv4 /24 or IPv6 /48, that this user has not signed in from.</summary>
internal sealed class NewNetworkSignal : IRiskSignal
{
    private static readonly ValueTask<RiskFinding> Trusted = new(new RiskFinding("trusted_network", RiskConfidence.High));
    private static readonly ValueTask<RiskFinding> Known = new(new RiskFinding("known_network", RiskConfidence.High));
    private static readonly ValueTask<RiskFinding> NoAddress = new(new RiskFinding("no_address", RiskConfidence.Unknown));
    private static readonly ValueTask<RiskFinding> NoHistory = new(new RiskFinding("no_history", RiskConfidence.Unknown));
    private static readonly ValueTask<RiskFinding> New = new(new RiskFinding("new_network", RiskConfidence.Low));

    public string Name => "new_network";

    public ValueTask<RiskFinding> AssessAsync(RiskContext context, CancellationToken cancellationToken)
    {
        if (context.SignIn.RemoteAddress is null) return NoAddress;
        if (context.IsTrustedNetwork) return Trusted;
        if (context.IsKnownNetwork) return Known;
        return context.History.HasProofs(context.Options) ? New : NoHistory;
    }
}
