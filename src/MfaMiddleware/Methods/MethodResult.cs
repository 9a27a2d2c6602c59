using MfaMiddleware.Factors;

namespace MfaMiddleware.Methods;

/// <summary>The outcome of a check: one of the nested types.</summary>
public abstract record MethodResult
{
    private MethodResult()
    {
    }

    /// <summary>The answer is right for this factor. It counts once the engine has made the mark by a conditional update.</summary>
    /// <param name="Factor">The factor with its new <see cref="MfaFactor.Counter"/>.</param>
    public sealed record Accepted(MfaFactor Factor) : MethodResult
    {
        /// <summary>RFC 8176 values known of this very proof, beside those of the method's traits.</summary>
        public IReadOnlyList<string> Amr { get; init; } = [];
    }

    /// <summary>The answer may be a code of the store; it counts once the engine has taken it out by a conditional delete.</summary>
    /// <param name="CodeHash">The keyed hash of the code.</param>
    public sealed record AcceptedIfStored(string CodeHash) : MethodResult;

    /// <summary>The answer is wrong.</summary>
    /// <param name="Reason">A short code for the audit event, never shown to the user: <c>wrong_code</c>, <c>wrong_shape</c>, <c>clock_skew</c>.</param>
    public sealed record Rejected(string Reason) : MethodResult
    {
        /// <summary>Whether it is a sign that somebody has a copy of the authenticator: the audit gets an event of its own.</summary>
        public bool IsSignOfACopy { get; init; }
    }

    /// <summary>The answer was right once and has been used: a wrong answer that deserves an event.</summary>
    public sealed record Replayed : MethodResult;
}
