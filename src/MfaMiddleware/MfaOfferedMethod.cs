using MfaMiddleware.Challenges;
using MfaMiddleware.PendingSessions;

namespace MfaMiddleware;

/// <summary>One way to answer.</summary>
/// <param name="Id">The factor's id, or the method's name.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Label">The method's label.</param>
/// <param name="IsRecovery">Whether it is for emergencies.</param>
public sealed record MfaOfferedMethod(string Id, string Method, string Label, bool IsRecovery)
{
    /// <summary>What tells it from others of its method (a masked number); null where nothing does.</summary>
    public string? Hint { get; init; }

    /// <summary>Whether <see cref="MfaSignInManager.ChallengeAsync"/> must start a challenge before there is something to answer.</summary>
    public bool NeedsChallenge { get; init; }

    /// <summary>Whether the browser answers it, with a security key, and there is nothing to type.</summary>
    public bool UsesBrowser { get; init; }

    /// <summary>The challenge that was started last in this session, where this factor can answer it; else null.</summary>
    public MfaStartedChallenge? Challenge { get; init; }

    /// <summary>
    /// Until when no answer of this method is taken, UTC, after too many wrong ones; null where one may be tried. It is what holds while the session is read: who
    /// answers earlier is told the wait (<see cref="MfaSignInResult.Throttled"/>), and loses nothing.
    /// </summary>
    public DateTimeOffset? WaitUntil { get; init; }

    internal static MfaOfferedMethod Of(OfferedFactor offer, PendingChallenge? c, long version) => new(offer.Id, offer.Method.Name, offer.Method.Traits.Label, offer.Method.Traits.IsRecovery)
    {
        Hint = offer.Hint,
        NeedsChallenge = offer.Method.Traits.NeedsChallenge,
        UsesBrowser = offer.Method.Traits.UsesBrowser,
        WaitUntil = offer.WaitUntil,
        Challenge = c is null || !c.IsOpen(offer.Method, version) || (c.FactorId is { } only && only != offer.Id) ? null : new MfaStartedChallenge(c.SentTo, c.ExpiresAt, c.ResendAt, c.SendsRemaining, c.PublicKey),
    };
}

/// <summary>A challenge that is out.</summary>
/// <param name="SentTo">Where it was sent, masked; null where nothing was sent.</param>
/// <param name="ExpiresAt">When it can't be answered any more, UTC; null for the end of the session.</param>
/// <param name="ResendAt">From when on another may be started, UTC; null for at once.</param>
/// <param name="SendsRemaining">How many more may be started; null where nobody counts.</param>
/// <param name="PublicKey">Options for the browser, as JSON; null where none are needed.</param>
public sealed record MfaStartedChallenge(string? SentTo, DateTimeOffset? ExpiresAt, DateTimeOffset? ResendAt, int? SendsRemaining, string? PublicKey);
