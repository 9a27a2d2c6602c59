namespace MfaMiddleware.Policies.History;

/// <summary>A line of a user's log: a sign-in, or a proof.</summary>
internal sealed record LogLine
{
    public MfaSignInRecord? SignIn { get; init; }

    public KnownBefore? Before { get; init; }

    public ProofLine? Proof { get; init; }

    /// <summary>The moment of what it tells.</summary>
    public DateTimeOffset At() => SignIn?.At ?? Proof?.At ?? default;
}
