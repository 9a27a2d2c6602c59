namespace MfaMiddleware.PendingSessions;

/// <summary>What became of a new session: one of the nested types.</summary>
public abstract record CreateResult
{
    private CreateResult()
    {
    }

    /// <summary>It is stored.</summary>
    public sealed record Created : CreateResult;

    /// <summary>The subject has as many as it may have, and none may make room: the newcomer waits.</summary>
    /// <param name="RetryAfter">When the oldest may make room.</param>
    public sealed record TooManyForSubject(TimeSpan RetryAfter) : CreateResult;

    /// <summary>The store is full.</summary>
    public sealed record Full : CreateResult;
}
