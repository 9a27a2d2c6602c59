using MfaMiddleware.TrustedDevices;

namespace MfaMiddleware.Policies.Signals;

/// <summary>
/// A browser in which this user has not proved a second factor. The cookie alone is worth nothing: the record on the server is this user's, so
/// that several share a browser and each is asked once.
/// </summary>
internal sealed class NewDeviceSignal : IRiskSignal
{
    private static readonly ValueTask<RiskFinding> Known = new(new RiskFinding("known_device", RiskConfidence.High));
    private static readonly ValueTask<RiskFinding> NoHistory = new(new RiskFinding("no_history", RiskConfidence.Unknown));
    private static readonly ValueTask<RiskFinding> New = new(new RiskFinding("new_device", RiskConfidence.Low));

    public string Name => "new_device";

    public ValueTask<RiskFinding> AssessAsync(RiskContext context, CancellationToken cancellationToken)
    {
        if (context.IsKnownDevice) return Known;
        if (context.DeviceState is { Standing: not DeviceStanding.Revoked, Device: { } device }) return new(Void(context.DeviceState, device));
        return context.History.HasProofs(context.Options) ? New : NoHistory;
    }

    private static RiskFinding Void(DeviceState state, KnownDevice device) => new(CodeOf(state.Standing), RiskConfidence.Low)
    {
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["last_seen"] = RiskText.Of(device.LastSeenAt), ["agent"] = device.Agent },
    };

    private static string CodeOf(DeviceStanding standing) => standing switch
    {
        DeviceStanding.Expired => "device_expired",
        DeviceStanding.AgentChanged => "device_changed",
        DeviceStanding.FactorsChanged => "device_void_factors_changed",
        DeviceStanding.CredentialsChanged => "device_void_password_changed",
        DeviceStanding.PolicyChanged => "device_void_policy_changed",
        _ => "device_void",
    };
}
