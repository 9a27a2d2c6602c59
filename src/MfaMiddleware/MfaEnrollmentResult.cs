namespace MfaMiddleware;

/// <summary>What became of a set-up that was to begin: one of the nested types.</summary>
public abstract record MfaEnrollmentResult
{
    private MfaEnrollmentResult()
    {
    }

    /// <summary>It has begun.</summary>
    /// <param name="Next">The session, with the set-up in it.</param>
    public sealed record Started(MfaPendingSignIn Next) : MfaEnrollmentResult;

    /// <summary>The user has a factor already, or this session isn't one that may enrol.</summary>
    public sealed record NotAllowed : MfaEnrollmentResult;

    /// <summary>There is no such method to set up.</summary>
    /// <param name="Known">The names of those that there are.</param>
    public sealed record UnknownMethod(IReadOnlyList<string> Known) : MfaEnrollmentResult;

    /// <summary>What was entered can't be used.</summary>
    /// <param name="Description">What is wrong with it, in English.</param>
    public sealed record Refused(string Description) : MfaEnrollmentResult
    {
        /// <summary>A short code for screens that have words of their own for it: <c>phone_not_allowed</c>; null for none.</summary>
        public string? Reason { get; init; }
    }

    /// <summary>Too soon, or over budget; nothing was sent.</summary>
    /// <param name="RetryAfter">When to try again.</param>
    public sealed record Throttled(TimeSpan RetryAfter) : MfaEnrollmentResult;

    /// <summary>The session changed meanwhile, or is gone.</summary>
    public sealed record Invalid : MfaEnrollmentResult;
}
