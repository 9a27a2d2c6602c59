using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Signals.Addresses;
using MfaMiddleware.TrustedDevices;

namespace MfaMiddleware.Policies.Signals;

/// <summary>What a signal may know: the sign-in, and what this user's own history says of it.</summary>
public sealed class RiskContext
{
    private readonly IGeoLocator? _locator;
    private Task<GeoLocation?>? _location;

    internal RiskContext(MfaPolicyContext signIn, LoadedHistory loaded, DeviceState device, AddressVerdict verdict, MfaOptions options, IGeoLocator? locator)
    {
        (SignIn, Loaded, DeviceState, Verdict, Options, _locator) = (signIn, loaded, device, verdict, options, locator);
        Network = Interposition.Network.Of(signIn.RemoteAddress);
    }

    /// <summary>The sign-in.</summary>
    public MfaPolicyContext SignIn { get; }

    /// <summary>Whether this user has proved a second factor in this browser, and nothing has happened since that makes it void.</summary>
    public bool IsKnownDevice => DeviceState.IsKnown;

    /// <summary>Whether the address is in a list of trusted networks.</summary>
    public bool IsTrustedNetwork => Verdict.Standing == AddressStanding.Trusted;

    /// <summary>Whether this user has signed in from this network before.</summary>
    public bool IsKnownNetwork => KnownNetwork is not null;

    internal LoadedHistory Loaded { get; }

    internal SignInHistory History => Loaded.History;

    internal DeviceState DeviceState { get; }

    internal AddressVerdict Verdict { get; }

    internal MfaOptions Options { get; }

    internal string Network { get; }

    internal SeenNetwork? KnownNetwork => History.FindNetwork(Network, Options);

    /// <summary>Where the address is; null where nobody knows.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The place; asked for once a sign-in.</returns>
    public ValueTask<GeoLocation?> LocateAsync(CancellationToken cancellationToken)
    {
        if (_locator is null || SignIn.RemoteAddress is not { } address) return new((GeoLocation?)null);
        if (_location is not null) return new(_location);
        var found = _locator.LocateAsync(address, cancellationToken);
        if (found.IsCompletedSuccessfully)
        {
            _location = Task.FromResult(found.Result);
            return new(_location);
        }

        return new(_location = found.AsTask());
    }
}
