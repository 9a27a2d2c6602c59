using System.Collections.Immutable;
using MfaMiddleware.Interposition;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;
using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Signals;

namespace MfaMiddleware.TrustedDevices;

/// <summary>A proof of a second factor, as a user's devices are concerned.</summary>
internal sealed record DeviceProof
{
    public required MfaSubject Subject { get; init; }

    /// <summary>The session that was proved: the id of its sign-in's record.</summary>
    public required string SessionId { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The browser; it has a secret by now.</summary>
    public required BrowserFacts Browser { get; init; }

    public System.Net.IPAddress? Address { get; init; }

    public MfaStrength Strength { get; init; }

    /// <summary>Up to when the proof knows the user's factors, in Unix milliseconds.</summary>
    public required long AsOf { get; init; }

    /// <summary>When the user's factors last changed.</summary>
    public DateTimeOffset? FactorsChangedAt { get; init; }

    /// <summary>Whether the user asked not to be challenged in this browser for a while.</summary>
    public bool Trusts { get; init; }
}

/// <summary>What a sign-in makes of its user's devices: from one history to the next, whoever keeps them.</summary>
internal static class DeviceChanges
{
    private const int IdLength = 16;
    private const int MaxUnanswered = 10;

    /// <summary>The same after a proof.</summary>
    /// <param name="history">What was known.</param>
    /// <param name="proof">The proof.</param>
    /// <param name="place">Where it was given; null where that is found out later, or never.</param>
    /// <param name="options">The settings.</param>
    public static SignInHistory Proved(SignInHistory history, DeviceProof proof, GeoLocation? place, MfaOptions options)
    {
        var known = Find(history, proof.Subject, proof.Browser);
        var trusts = proof.Trusts && options.TrustedDevices.Enabled;
        var network = Network.Of(proof.Address);
        var stillCounts = known is not null && StillCounts(known, history, proof, options);
        var device = DeviceOf(known, proof.Subject, proof.Browser, proof.At, options) with
        {
            AsOf = proof.AsOf,
            Strength = proof.Strength,
            // A proof prolongs no trust that the user didn't ask for anew, and brings none back.
            TrustedUntil = trusts ? proof.At + options.TrustedDevices.Lifetime : stillCounts ? known!.TrustedUntil : null,
            TravelledAt = IsUnanswered(known, network) ? proof.At : stillCounts ? known!.TravelledAt : null,
            Unanswered = Without(network, known),
        };
        var next = history.WithDevice(device, options.Policy.Signals.NewDevice.MaxPerUser)
            .Visited(new Visit(proof.At, place, false), network, options) with { LastProvedAt = proof.At };
        return trusts ? WithTrustedAtMost(next, options.TrustedDevices.MaxPerUser, proof.At) : next;
    }

    /// <summary>The same after a sign-in that passed in a known browser: where it was is learned only from there.</summary>
    public static SignInHistory Seen(SignInHistory history, string key, MfaPolicyContext signIn, GeoLocation? place, MfaOptions options)
    {
        // Revoked since: then it is nobody's.
        if (history.Devices.Find(d => d.Key == key) is not { } device) return history;
        var seen = history with { Devices = history.Devices.Replace(device, device with { LastSeenAt = signIn.Now }) };
        return seen.Visited(new Visit(signIn.Now, place, device.IsObserved), Network.Of(signIn.RemoteAddress), options);
    }

    /// <summary>The same after a sign-in in a known browser that has to prove a factor because of the way to where it came from.</summary>
    public static SignInHistory TravelAsked(SignInHistory history, string key, MfaPolicyContext signIn, GeoLocation? place)
    {
        // Revoked since, or answered before this was written.
        if (history.Devices.Find(d => d.Key == key) is not { } device || device.ProvedAt > signIn.Now) return history;
        var network = Network.Of(signIn.RemoteAddress);
        var unanswered = (Without(network, device) ?? []).Add(new UnansweredTravel(signIn.Now, network, place?.Country));
        if (unanswered.Count > MaxUnanswered) unanswered = unanswered.RemoveAt(0);
        return history with { Devices = history.Devices.Replace(device, device with { Unanswered = unanswered }) };
    }

    /// <summary>The same after a sign-in under <c>Policy:Observe</c>.</summary>
    /// <param name="history">What was known.</param>
    /// <param name="signIn">The sign-in.</param>
    /// <param name="isKnown">Whether its browser was known.</param>
    /// <param name="isForTravel">Whether it would have been asked because of the way there.</param>
    /// <param name="place">Where it was.</param>
    /// <param name="options">The settings.</param>
    public static SignInHistory Observed(SignInHistory history, MfaPolicyContext signIn, bool isKnown, bool isForTravel, GeoLocation? place, MfaOptions options)
    {
        var visited = history.Visited(new Visit(signIn.Now, place, true), Network.Of(signIn.RemoteAddress), options);
        var browser = signIn.Browser with { Secret = signIn.Browser.Remembered ?? signIn.Browser.Secret, SecurityStamp = DeviceReader.SecurityStampOf(signIn) };
        var known = Find(history, signIn.Subject, browser);
        // One that was proved stays what it is, as long as that counts for anything.
        if (known is { IsObserved: false } && isKnown) return visited;
        var device = DeviceOf(known, signIn.Subject, browser, signIn.Now, options) with { IsObserved = true, TravelledAt = isForTravel ? signIn.Now : known?.TravelledAt };
        return visited.WithDevice(device, options.Policy.Signals.NewDevice.MaxPerUser);
    }

    /// <summary>Whether there is a record of the browser, and it counts for nothing any more.</summary>
    public static bool IsVoid(LoadedHistory loaded, DeviceProof proof, MfaOptions options) =>
        Find(loaded.History, proof.Subject, proof.Browser) is { } known && !StillCounts(known, loaded.History, proof with { FactorsChangedAt = loaded.FactorsChangedAt }, options);

    private static bool StillCounts(KnownDevice known, SignInHistory history, DeviceProof proof, MfaOptions options) =>
        !known.IsObserved
        && !DeviceReader.IsOfAnotherStamp(known, proof.Browser.SecurityStamp)
        && DeviceReader.VoidBecause(known, new LoadedHistory(history, 0, proof.FactorsChangedAt), proof.At, options) is null;

    private static KnownDevice DeviceOf(KnownDevice? known, MfaSubject subject, BrowserFacts browser, DateTimeOffset now, MfaOptions options) =>
        new(known?.Id ?? MfaToken.New().SessionId[..IdLength], browser.KeyFor(subject)!)
        {
            Agent = browser.Agent,
            CreatedAt = known?.CreatedAt ?? now,
            LastSeenAt = now,
            ProvedAt = now,
            AsOf = now.ToUnixTimeMilliseconds(),
            Policy = PolicyFingerprint.Of(options),
            SecurityStamp = browser.SecurityStamp,
        };

    private static bool IsUnanswered(KnownDevice? device, string network) => device?.Unanswered?.Exists(u => u.Network == network) == true;

    private static ImmutableList<UnansweredTravel>? Without(string network, KnownDevice? device) =>
        device?.Unanswered?.RemoveAll(u => u.Network == network) is { IsEmpty: false } others ? others : null;

    private static KnownDevice? Find(SignInHistory history, MfaSubject subject, BrowserFacts browser)
    {
        var key = browser.KeyFor(subject);
        return history.Devices.Find(d => d.Key == key);
    }

    /// <summary>Beyond the bound the oldest are trusted no longer, and stay known.</summary>
    private static SignInHistory WithTrustedAtMost(SignInHistory history, int most, DateTimeOffset now)
    {
        var trusted = history.Devices.Where(d => d.TrustedUntil > now).OrderByDescending(d => d.TrustedUntil).Skip(most).ToHashSet();
        return history with { Devices = [.. history.Devices.Select(d => trusted.Contains(d) ? d with { TrustedUntil = null } : d)] };
    }
}
