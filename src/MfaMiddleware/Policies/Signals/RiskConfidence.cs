namespace MfaMiddleware.Policies.Signals;

/// <summary>How sure a signal is that the sign-in is the user's own. The words are Auth0's, with <see cref="Unknown"/> beside them.</summary>
public enum RiskConfidence
{
    /// <summary>Nothing speaks against it.</summary>
    High,

    /// <summary>Something is unusual: half the signal's weight.</summary>
    Medium,

    /// <summary>It is suspicious: the signal's whole weight.</summary>
    Low,

    /// <summary>The signal has nothing to say: what it needs isn't configured. No weight.</summary>
    Neutral,

    /// <summary>There is no history to compare with: the whole weight, enough to challenge and never to refuse.</summary>
    Unknown,
}
