using MfaMiddleware.Enrollment;
using MfaMiddleware.Interposition;
using MfaMiddleware.Methods;
using MfaMiddleware.Policies;
using MfaMiddleware.Verification;

namespace MfaMiddleware.PendingSessions;

/// <summary>The fixed part of a pending session: what completes it, and under which conditions.</summary>
internal sealed record PendingPayload
{
    public required MfaOutcome Outcome { get; init; }

    public required string Rule { get; init; }

    public required IReadOnlyList<string> Reasons { get; init; }

    public required MfaStrength? MinimumStrength { get; init; }

    /// <summary>Whether a key must ask for its PIN or a biometric.</summary>
    public bool RequiresUserVerification { get; init; }

    /// <summary>The names of the methods that may answer; empty for any.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>Whether the user has factors, and none that is strong enough: a stronger one is set up once the strongest there is was proved.</summary>
    public bool NeedsStronger => Outcome == MfaOutcome.EnrollmentRequired && Reasons.Contains(EnrollmentReasons.Stronger);

    /// <summary>Whether only an access code opens the set-up of a first factor: the sign-in shows a positive sign of an attack.</summary>
    public bool IsEnrollmentLocked => Outcome == MfaOutcome.EnrollmentRequired && Reasons.Contains(EnrollmentReasons.SignOfAttack);

    /// <summary>What an authenticator shows as the account.</summary>
    public required string AccountName { get; init; }

    public required IReadOnlyList<PendingSignIn> SignIns { get; init; }

    public required HeldReply Reply { get; init; }

    /// <summary>Local, PathBase included: where a browser goes when the host's own answer isn't a redirect.</summary>
    public required string ReturnUrl { get; init; }

    /// <summary>
    /// Whether the browser named <see cref="ReturnUrl"/> itself, so that it may be told before the second factor: an address of the host's own answer may carry what
    /// is for a complete sign-in alone.
    /// </summary>
    public bool IsReturnUrlAsked { get; init; }

    /// <summary>The request that signed in; null where nobody needs it, or where it can't be told from another one.</summary>
    public OriginalRequest? Original { get; init; }

    /// <summary>Whether the sign-in is made by a repeat of that request, and not in the one that answers the challenge.</summary>
    public bool ComesBack { get; init; }

    /// <summary>Whether it came from a device on which this user has completed MFA before: its wrong answers wait on a ladder of their own.</summary>
    public bool IsKnownDevice { get; init; }

    /// <summary>What lets the repeat pass; null before the challenge is answered.</summary>
    public MfaProof? Proof { get; init; }

    /// <summary>Where the browser goes in the end.</summary>
    public string BrowserUrl => Reply.Location ?? ReturnUrl;
}

/// <summary>One captured sign-in, as it waits.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="Ticket">Principal and properties, serialised.</param>
/// <param name="SignedInAt">When the primary sign-in was made, in seconds since the epoch.</param>
internal sealed record PendingSignIn(string Scheme, byte[] Ticket, long SignedInAt);

/// <summary>The part of a pending session that changes: the challenge and the set-up in progress.</summary>
internal sealed record PendingState
{
    /// <summary>The method that was challenged last.</summary>
    public string? LastMethod { get; init; }

    /// <summary>The challenge of each method that was challenged.</summary>
    public Dictionary<string, PendingChallenge> Challenges { get; init; } = [];

    /// <summary>The set-up in progress.</summary>
    public PendingEnrollment? Enrollment { get; init; }

    /// <summary>Whether an access code has opened the set-up of a first factor.</summary>
    public bool IsAccessGranted { get; init; }

    /// <summary>When a factor was proved that doesn't suffice for the sign-in, so that a stronger one may be set up; in Unix milliseconds.</summary>
    public long? ProvedAt { get; init; }
}

/// <summary>A challenge that is out.</summary>
internal sealed record PendingChallenge
{
    /// <summary>What the method keeps for its check.</summary>
    public string? State { get; init; }

    /// <summary>The version of the session that it was started for: an answer to another version comes too late for one that is answered once.</summary>
    public long Version { get; init; }

    /// <summary>The one factor that it went to; null where any of the method's can answer it.</summary>
    public string? FactorId { get; init; }

    /// <summary>What the user is told, so that a reloaded page says the same: masked.</summary>
    public string? SentTo { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? ResendAt { get; init; }

    public int? SendsRemaining { get; init; }

    /// <summary>Options for the browser, as JSON.</summary>
    public string? PublicKey { get; init; }

    public static PendingChallenge Of(ChallengeResult.Started? started, long version, DateTimeOffset now) => new()
    {
        State = started?.State,
        Version = version,
        FactorId = started?.FactorId,
        SentTo = started?.SentTo,
        ExpiresAt = now + started?.ExpiresIn,
        ResendAt = now + started?.ResendAfter,
        SendsRemaining = started?.SendsRemaining,
        PublicKey = started?.PublicKey?.GetRawText(),
    };

    /// <summary>What the method may check an answer to this version of the session against; null once its time is over, which a method may set shorter than the session's.</summary>
    public string? StateFor(IMfaMethod method, long version, DateTimeOffset now) => IsOpen(method, version) && !(ExpiresAt <= now) ? State : null;

    /// <summary>Whether it can still be answered.</summary>
    public bool IsOpen(IMfaMethod method, long version) => !method.Traits.ChallengeIsAnsweredOnce || version == Version;
}

/// <summary>A set-up in progress: nothing of it is in the factor store yet.</summary>
internal sealed record PendingEnrollment
{
    public required string Id { get; init; }

    public required string Method { get; init; }

    public required string? Name { get; init; }

    public required string ProtectedSecret { get; init; }

    public required long Counter { get; init; }

    public required IReadOnlyList<string> RecoveryCodeHashes { get; init; }

    /// <summary>What the user is shown until the set-up completes, so that a reloaded page shows the same.</summary>
    public required string? Secret { get; init; }

    public required string? Uri { get; init; }

    public required IReadOnlyList<string> RecoveryCodes { get; init; }

    /// <summary>What the first answer answers, where the authenticator doesn't make its own codes.</summary>
    public PendingChallenge? Challenge { get; init; }
}
