using MfaMiddleware.Challenges;
using MfaMiddleware.PendingSessions;

namespace MfaMiddleware.Verification;

/// <summary>The outcome of an answer: one of the nested types.</summary>
internal abstract record VerificationResult
{
    private VerificationResult()
    {
    }

    /// <summary>Right; the session is consumed, and whoever holds this may complete it.</summary>
    public sealed record Accepted(OpenSession Session, MfaProof Proof) : VerificationResult
    {
        /// <summary>The factor that a set-up added.</summary>
        public string? AddedFactorId { get; init; }

        /// <summary>Whether the user asked not to be challenged in this browser for a while.</summary>
        public bool TrustsDevice { get; init; }
    }

    /// <summary>An access code was right: the session waits on, and its user may set up a first factor.</summary>
    public sealed record MayEnroll(OpenSession Session) : VerificationResult;

    /// <summary>Wrong and counted; the session has a new secret.</summary>
    public sealed record Rejected(PendingSession Session, MfaToken Token) : VerificationResult;

    /// <summary>Wrong, and the last attempt: the session is gone.</summary>
    public sealed record Exhausted : VerificationResult;

    /// <summary>The account must wait; nothing was checked, no attempt spent.</summary>
    public sealed record Throttled(TimeSpan RetryAfter) : VerificationResult;

    /// <summary>The answer doesn't say which method it is for; no attempt spent.</summary>
    public sealed record MethodRequired(IReadOnlyList<OfferedFactor> Offers) : VerificationResult;

    /// <summary>The session is not this answer's any more: completed, superseded, cancelled, or being answered.</summary>
    public sealed record InvalidToken : VerificationResult;

    /// <summary>Another first factor was there before: the session is gone.</summary>
    public sealed record EnrollmentRefused : VerificationResult;
}
