namespace MfaMiddleware.Faults.Tests.Histories;

/// <summary>What a client saw become of a request.</summary>
public enum Outcome
{
    /// <summary>A sign-in was held, and waits for its second factor.</summary>
    Started,

    /// <summary>An answer was right, and signed the user in.</summary>
    Accepted,

    /// <summary>An answer was wrong, and counted.</summary>
    Wrong,

    /// <summary>It was wrong, and the sign-in's last.</summary>
    Exhausted,

    /// <summary>The sign-in is not this answer's any more.</summary>
    InvalidToken,

    /// <summary>The account must wait.</summary>
    Throttled,

    /// <summary>503 with a <c>Retry-After</c>.</summary>
    Unavailable,

    /// <summary>No answer came: it may have been done or not, and later than any clock says.</summary>
    Unknown,

    /// <summary>An answer that the contract doesn't have.</summary>
    Unexpected,
}

/// <summary>A thing that may be used once: a step of an app, a press of a token, a recovery code.</summary>
/// <param name="User">Whose it is.</param>
/// <param name="Method">Of which method.</param>
/// <param name="Place">Which: the step, the counter, the number in the list.</param>
internal sealed record OneTime(string User, string Method, long Place)
{
    /// <summary>Whether taking one closes all before it.</summary>
    public bool IsOrdered => Method != "recovery_code";

    public bool IsOfSameFactor(OneTime other) => (User, Method) == (other.User, other.Method);
}

/// <summary>One request, as its client saw it: sent at one moment, answered at a later one, done at any between them.</summary>
internal sealed record Operation
{
    public required int Node { get; init; }

    public required string User { get; init; }

    /// <summary>Which sign-in, whatever token it has at the moment.</summary>
    public required string SignIn { get; init; }

    /// <summary>What a right answer uses up; null for a wrong one, and for the start of a sign-in.</summary>
    public OneTime? Claim { get; init; }

    /// <summary>A time stamp.</summary>
    public required long Sent { get; init; }

    /// <summary>A time stamp.</summary>
    public required long Answered { get; init; }

    public required Outcome Outcome { get; init; }

    /// <summary>Whether the answer brought a session of the app.</summary>
    public bool HasSession { get; init; }

    /// <summary>Whether that session says itself that it has a second factor.</summary>
    public bool HasFactor { get; init; }

    /// <summary>What the answer was for, right or wrong.</summary>
    public string Method { get; init; } = "";

    public string Note { get; init; } = "";

    public bool IsAnswer => Outcome != Outcome.Started && SignIn.Length > 0;

    /// <summary>Counted as a failure of the account, and of the sign-in.</summary>
    public bool IsCounted => Outcome is Outcome.Wrong or Outcome.Exhausted;

    /// <summary>Whether it was over before another began.</summary>
    public bool IsBefore(Operation other) => Answered < other.Sent;

    /// <summary>
    /// Whether it may have cleared the user's failures between two moments: a right answer does as it is marked, whatever becomes of the sign-in
    /// then. Where the client doesn't know what became of it, that may be long after its answer.
    /// </summary>
    public bool MayHaveClearedBetween(long from, long until) => Claim is not null && Sent < until && Outcome switch
    {
        Outcome.Accepted or Outcome.InvalidToken => Answered > from,
        Outcome.Unavailable or Outcome.Unknown or Outcome.Unexpected => true,
        _ => false,
    };
}

/// <summary>How many failures of a method the store held against a user.</summary>
/// <param name="Sent">The time stamp before it was asked.</param>
/// <param name="Answered">The time stamp after its answer.</param>
internal sealed record FailureReading(string User, string Method, int Count, long Sent, long Answered);
