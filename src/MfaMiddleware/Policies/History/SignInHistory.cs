using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.TrustedDevices;

namespace MfaMiddleware.Policies.History;

/// <summary>What is remembered of one user's sign-ins: bounded, and kept protected in one record.</summary>
internal sealed record SignInHistory
{
    public static readonly SignInHistory Empty = new();

    private const int MaxFailures = 50;
    private const int MaxChanges = 10;

    /// <summary>The browsers that this user has proved a second factor in.</summary>
    public ImmutableList<KnownDevice> Devices { get; init; } = [];

    /// <summary>Browsers count only if they were proved after it: a new password, "sign out everywhere".</summary>
    public DateTimeOffset? DevicesVoidBefore { get; init; }

    public ImmutableList<SeenNetwork> Networks { get; init; } = [];

    /// <summary>The last sign-in that completed.</summary>
    public Visit? LastVisit { get; init; }

    public DateTimeOffset? LastProvedAt { get; init; }

    public ImmutableList<FailedSignIn> Failures { get; init; } = [];

    public ImmutableList<AccountChange> Changes { get; init; } = [];

    /// <summary>The first sign-in that needed a factor which the user didn't have: where the grace period is counted from.</summary>
    public DateTimeOffset? GraceStartedAt { get; init; }

    /// <summary>The last sign-ins, as lines of JSON: read by people and by replay, not by a decision.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Log { get; init; }

    /// <summary>Whether there is anything to compare a sign-in with.</summary>
    public bool HasProofs(MfaOptions options) => LastProvedAt is not null || (options.Policy.Observe && Devices.Count > 0);

    public SeenNetwork? FindNetwork(string network, MfaOptions options)
    {
        foreach (var seen in Networks)
        {
            if (seen.Network == network && (!seen.IsObserved || options.Policy.Observe)) return seen;
        }

        return null;
    }

    /// <summary>Whether one of the user's networks is in that country.</summary>
    public bool HasBeenIn(string country, MfaOptions options) => Networks.Exists(n => n.Country == country && (!n.IsObserved || options.Policy.Observe));

    public IReadOnlyList<string> CountriesOf(MfaOptions options) =>
        [.. Networks.Where(n => !n.IsObserved || options.Policy.Observe).Select(n => n.Country).OfType<string>().Where(c => c.Length > 0).Distinct()];

    public Visit? LastVisitOf(MfaOptions options) => LastVisit is { IsObserved: true } && !options.Policy.Observe ? null : LastVisit;

    /// <summary>The same after a sign-in that completed.</summary>
    /// <param name="visit">Where and when.</param>
    /// <param name="network">Its network; only where the user or their browser is known to be the owner's.</param>
    /// <param name="options">The bounds.</param>
    public SignInHistory Visited(Visit visit, string? network, MfaOptions options)
    {
        // What comes late, from the queue or another node, doesn't take the place of a newer one.
        var next = LastVisit is { } last && last.At > visit.At && last.IsObserved == visit.IsObserved ? this : this with { LastVisit = visit };
        if (string.IsNullOrEmpty(network)) return next;
        var known = Networks.Find(n => n.Network == network);
        var seen = new SeenNetwork(network, known?.At > visit.At ? known.At : visit.At, visit.IsObserved && known?.IsObserved != false) { Country = visit.Place?.Country ?? known?.Country };
        var networks = Networks.RemoveAll(n => n.Network == network).Add(seen);
        return next with { Networks = Last(networks, options.Policy.Signals.NewNetwork.MaxPerUser) };
    }

    public SignInHistory Failed(FailedSignIn failure) => this with { Failures = Last(Failures.Add(failure), MaxFailures) };

    public SignInHistory Changed(AccountChange change) => this with { Changes = Last(Changes.Add(change), MaxChanges) };

    /// <summary>The same with a device as it is now, in the place of what was known of it; beyond the bound the oldest go.</summary>
    public SignInHistory WithDevice(KnownDevice device, int most) =>
        this with { Devices = Last([.. Devices.RemoveAll(d => d.Key == device.Key).Add(device).OrderBy(d => d.LastSeenAt)], most) };

    /// <summary>The same without what is older than it may be kept.</summary>
    public SignInHistory Since(DateTimeOffset oldest) => this with
    {
        Devices = [.. Devices.Where(d => d.LastSeenAt >= oldest).Select(d => d.Since(oldest))],
        Networks = Networks.RemoveAll(n => n.At < oldest),
        Failures = Failures.RemoveAll(f => f.At < oldest),
        Changes = Changes.RemoveAll(c => c.At < oldest),
        LastVisit = LastVisit?.At < oldest ? null : LastVisit,
        Log = LogRetention.Since(Log, oldest),
    };

    private static ImmutableList<T> Last<T>(ImmutableList<T> items, int most) => items.Count > most ? items.RemoveRange(0, items.Count - most) : items;
}

/// <summary>A network that this user has signed in from.</summary>
/// <param name="Network">IPv4 /24 or IPv6 /48.</param>
/// <param name="At">When last.</param>
/// <param name="IsObserved">Whether only a sign-in under <c>Policy:Observe</c> says so: it counts while observing, and for nothing else.</param>
internal sealed record SeenNetwork(string Network, DateTimeOffset At, bool IsObserved)
{
    /// <summary>Where it was at that time; null where nobody knew.</summary>
    public string? Country { get; init; }
}

/// <summary>A sign-in that completed: when and where.</summary>
/// <param name="At">When.</param>
/// <param name="Place">Where; null where nobody knows.</param>
/// <param name="IsObserved">As with networks.</param>
internal sealed record Visit(DateTimeOffset At, GeoLocation? Place, bool IsObserved);

/// <summary>A password or an answer that was wrong.</summary>
internal sealed record FailedSignIn(DateTimeOffset At, FailureKind Kind, string Network);

internal enum FailureKind
{
    Password,
    Answer,
}

/// <summary>Something about the account that a thief would change first.</summary>
internal sealed record AccountChange(DateTimeOffset At, ChangeKind Kind);

internal enum ChangeKind
{
    /// <summary>By the user, who knew the old one.</summary>
    Password,

    /// <summary>By a link or a help desk, without the old one.</summary>
    PasswordReset,
    Phone,
    Recovery,
}
