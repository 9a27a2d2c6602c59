using System.Collections.Immutable;

namespace MfaMiddleware.TrustedDevices;

/// <summary>A browser in which one user has proved a second factor: that user's record of it.</summary>
/// <param name="Id">Its id in lists; says nothing of the cookie.</param>
/// <param name="Key">A hash of the browser's secret and the user: another user's record of the same browser has another one.</param>
internal sealed record KnownDevice(string Id, string Key)
{
    /// <summary>The browser and the system it said it was.</summary>
    public required string Agent { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>The last proof of a second factor in it.</summary>
    public required DateTimeOffset ProvedAt { get; init; }

    /// <summary>Up to when that proof knows the user's factors, in Unix milliseconds.</summary>
    public required long AsOf { get; init; }

    /// <summary>What that proof was worth.</summary>
    public MfaStrength Strength { get; init; }

    /// <summary>Until when it spares the challenge; null where the user didn't ask for that.</summary>
    public DateTimeOffset? TrustedUntil { get; init; }

    /// <summary>The policy under which it was proved.</summary>
    public required string Policy { get; init; }

    /// <summary>A hash of the user's security stamp (ASP.NET Core Identity) at that time; null without one.</summary>
    public string? SecurityStamp { get; init; }

    /// <summary>The last time that a challenge for travel was answered in it: its user is under way, or behind a VPN now and then.</summary>
    public DateTimeOffset? TravelledAt { get; init; }

    /// <summary>Challenges for travel that nobody answered, the latest; null for none.</summary>
    public ImmutableList<UnansweredTravel>? Unanswered { get; init; }

    /// <summary>Whether it was removed: kept only so that a copy of its cookie doesn't come back to life when its browser is proved again.</summary>
    public bool IsRevoked { get; init; }

    /// <summary>Whether only a sign-in under <c>Policy:Observe</c> says so: it counts while observing, and for nothing else.</summary>
    public bool IsObserved { get; init; }

    /// <summary>The same without what is older than it may be kept.</summary>
    public KnownDevice Since(DateTimeOffset oldest) =>
        Unanswered?.Exists(u => u.At < oldest) == true ? this with { Unanswered = Unanswered.RemoveAll(u => u.At < oldest) is { IsEmpty: false } young ? young : null } : this;
}

/// <summary>A challenge for travel that was left open: whoever waits until the distance is a journey is asked again.</summary>
/// <param name="At">When.</param>
/// <param name="Network">From which network.</param>
/// <param name="Country">Where that was; null where nobody knew.</param>
internal sealed record UnansweredTravel(DateTimeOffset At, string Network, string? Country);

/// <summary>What a browser is to a user.</summary>
internal enum DeviceStanding
{
    /// <summary>It brings no cookie, or one that this user has no record of.</summary>
    Unknown,
    Known,
    Revoked,
    Expired,
    AgentChanged,
    FactorsChanged,
    CredentialsChanged,
    PolicyChanged,
}

/// <summary>A browser, as this user knows it now.</summary>
/// <param name="Standing">What it is to the user.</param>
/// <param name="Device">The record; null where there is none.</param>
internal sealed record DeviceState(DeviceStanding Standing, KnownDevice? Device)
{
    public static readonly DeviceState Unknown = new(DeviceStanding.Unknown, null);

    public bool IsKnown => Standing == DeviceStanding.Known;

    public bool IsTrusted(DateTimeOffset now) => IsKnown && Device!.TrustedUntil > now;
}
