using MfaMiddleware.TrustedDevices;
using MfaMiddleware.Verification;

namespace MfaMiddleware.Policies.History;

/// <summary>
/// What a recorded sign-in was decided by, beyond its record: the log of a user begins somewhere, and replay begins there with what this says.
/// </summary>
internal sealed record KnownBefore
{
    /// <summary>What the user's history said of the browser.</summary>
    public DeviceBefore? Device { get; init; }

    /// <summary>The key by which the browser is known from now on, where it had none and was given one.</summary>
    public string? Named { get; init; }

    /// <summary>Whether the network was known; null where it wasn't.</summary>
    public bool? Network { get; init; }

    /// <summary>The countries of the user's networks; null for none.</summary>
    public IReadOnlyList<string>? Countries { get; init; }

    public Visit? Visit { get; init; }

    public DateTimeOffset? Proved { get; init; }

    public DateTimeOffset? FactorsChanged { get; init; }

    public DateTimeOffset? VoidBefore { get; init; }

    /// <summary>Users with failed passwords from the same network, as the node counted them.</summary>
    public int? FailedUsers { get; init; }

    /// <summary>The hash of the user's security stamp.</summary>
    public string? Stamp { get; init; }

    public MfaDemand? Demand { get; init; }

    /// <summary>The proofs that the browser brought.</summary>
    public IReadOnlyList<ProofBefore>? Proofs { get; init; }

    public static KnownBefore Of(MfaPolicyContext signIn, MadeDecision made, LoadedHistory loaded, int failedUsers, MfaOptions options)
    {
        var history = loaded.History;
        var key = signIn.Browser.KeyFor(signIn.Subject);
        return new KnownBefore
        {
            Device = history.Devices.Find(d => d.Key == key) is { } device ? DeviceBefore.Of(device, DeviceReader.Find(loaded, signIn, options).Standing) : null,
            Named = signIn.Browser.Remembered is { } secret && key is null ? DeviceReader.KeyOf(signIn.Subject, secret) : null,
            Network = history.FindNetwork(Interposition.Network.Of(signIn.RemoteAddress), options) is null ? null : true,
            Countries = history.CountriesOf(options) is { Count: > 0 } countries ? countries : null,
            Visit = history.LastVisitOf(options),
            // Under observation the browsers that would have been proved in stand for proofs.
            Proved = history.LastProvedAt ?? (history.HasProofs(options) ? history.Devices.Max(d => d.ProvedAt) : null),
            FactorsChanged = loaded.FactorsChangedAt,
            VoidBefore = history.DevicesVoidBefore,
            FailedUsers = failedUsers == 0 ? null : failedUsers,
            Stamp = DeviceReader.SecurityStampOf(signIn),
            Demand = made.Demand,
            Proofs = made.Proofs.Count == 0 ? null : [.. made.Proofs.Take(3).Select(p => new ProofBefore(p.At, p.Strength, p.IsUserVerified))],
        };
    }
}

/// <summary>A user's record of a browser, as far as decisions look at it.</summary>
internal sealed record DeviceBefore(DeviceStanding Standing, string Agent, DateTimeOffset ProvedAt, long AsOf, MfaStrength Strength)
{
    public DateTimeOffset? TrustedUntil { get; init; }

    public string? Stamp { get; init; }

    public DateTimeOffset? TravelledAt { get; init; }

    public IReadOnlyList<UnansweredTravel>? Unanswered { get; init; }

    public bool? IsObserved { get; init; }

    public static DeviceBefore Of(KnownDevice device, DeviceStanding standing) => new(standing, device.Agent, device.ProvedAt, device.AsOf, device.Strength)
    {
        TrustedUntil = device.TrustedUntil,
        Stamp = device.SecurityStamp,
        TravelledAt = device.TravelledAt,
        Unanswered = device.Unanswered,
        IsObserved = device.IsObserved ? true : null,
    };
}

/// <summary>A proof that a session of the same browser brought.</summary>
internal sealed record ProofBefore(long At, MfaStrength Strength, bool IsUserVerified)
{
    public MfaProof ToProof() => new([], IsUserVerified ? ["user"] : [], Strength, At, false, At * 1000);
}
