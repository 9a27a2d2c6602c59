namespace MfaMiddleware.PendingSessions;

/// <summary>A sign-in that waits for its second factor, as the store keeps it. Immutable: each verb of the store gives a new one.</summary>
public sealed record PendingSession
{
    /// <summary>
    /// The public id: 128 bits, base64url. Random, but for the last 14 bits: a keyed hash of the subject, which all its ids have in common, so that a
    /// store of many nodes can keep together what is counted together.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>How it is answered: a session of one kind can't be finished through the other.</summary>
    public required PendingSessionKind Kind { get; init; }

    /// <summary>What it is for.</summary>
    public required PendingSessionPurpose Purpose { get; init; }

    /// <summary>Whose it is.</summary>
    public required MfaSubject Subject { get; init; }

    /// <summary>The network it came from (IPv4 /24, IPv6 /48); empty where not known.</summary>
    public required string Network { get; init; }

    /// <summary>SHA-256 of the secret in the token (JSON) or of the secret in the browser-binding cookie (browser).</summary>
    public required byte[] SecretHash { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends, UTC: absolute, never moved by activity.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>How many answers may still be checked.</summary>
    public required int AttemptsRemaining { get; init; }

    /// <summary>Rises with each change that a client can see. 1 when made.</summary>
    public long Version { get; init; } = 1;

    /// <summary>Whether an answer to this version is being checked: a version is answered once.</summary>
    public bool IsAnswering { get; init; }

    /// <summary>Where a completed browser session went; the session can do nothing more then.</summary>
    public string? CompletedUrl { get; init; }

    /// <summary>The captured sign-ins, the decision and the held response: protected, fixed.</summary>
    public required byte[] Payload { get; init; }

    /// <summary>The challenge and the set-up in progress: protected, replaced as a whole.</summary>
    public byte[]? State { get; init; }
}

/// <summary>How a pending session is answered.</summary>
public enum PendingSessionKind
{
    /// <summary>Through the JSON API, with a token.</summary>
    Json,

    /// <summary>Through the pages, bound to the browser by a cookie.</summary>
    Browser,
}

/// <summary>What a pending session is for.</summary>
public enum PendingSessionPurpose
{
    /// <summary>A sign-in that waits for its second factor.</summary>
    SignIn,

    /// <summary>A fresh proof for someone who is signed in.</summary>
    StepUp,

    /// <summary>The set-up of a factor by someone who is signed in; it completes nothing else.</summary>
    Enrollment,

    /// <summary>The way back to the original request after the second factor: a proof for one repeat of it. It can't be answered.</summary>
    ComeBack,
}
