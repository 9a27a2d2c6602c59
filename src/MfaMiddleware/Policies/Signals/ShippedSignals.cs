using System.Runtime.CompilerServices;

namespace MfaMiddleware.Policies.Signals;

/// <summary>The signals that come with the product, a line each.</summary>
internal sealed class ShippedSignals(NetworkActivity activity)
{
    private readonly ConditionalWeakTable<SignalsOptions, IReadOnlyList<(IRiskSignal, SignalOptions)>> _enabled = [];

    private readonly NewDeviceSignal _newDevice = new();
    private readonly NewNetworkSignal _newNetwork = new();
    private readonly ImpossibleTravelSignal _impossibleTravel = new();
    private readonly UntrustedAddressSignal _untrustedAddress = new();
    private readonly VelocitySignal _velocity = new(activity);
    private readonly RecentChangeSignal _recentChange = new();

    /// <summary>The signals that these settings switch on.</summary>
    public IReadOnlyList<(IRiskSignal Signal, SignalOptions Options)> Of(SignalsOptions options) => _enabled.GetValue(options, Choose);

    private IReadOnlyList<(IRiskSignal, SignalOptions)> Choose(SignalsOptions options)
    {
        List<(IRiskSignal Signal, SignalOptions Options)> all =
        [
            (_newDevice, options.NewDevice),
            (_newNetwork, options.NewNetwork),
            (_impossibleTravel, options.ImpossibleTravel),
            (_untrustedAddress, options.UntrustedAddress),
            (_velocity, options.Velocity),
            (_recentChange, options.RecentChange),
        ];
        return all.FindAll(s => s.Options.Enabled);
    }
}

/// <summary>A signal of the host.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Weight">What it adds to the score.</param>
internal sealed record CustomSignal(Type Type, int Weight);
