using System.Security.Claims;

namespace MfaMiddleware;

/// <summary>What became of an answer: one of the nested types.</summary>
public abstract record MfaSignInResult
{
    private MfaSignInResult()
    {
    }

    /// <summary>Right; the sign-in is made on the response of this request.</summary>
    /// <param name="BrowserUrl">Where a browser goes: the host's own redirect, foreign or not, else <paramref name="ReturnUrl"/>.</param>
    /// <param name="ReturnUrl">Local, PathBase included.</param>
    public sealed record Completed(string BrowserUrl, string ReturnUrl) : MfaSignInResult
    {
        /// <summary>Whether the scheme's handler has written the answer (a bearer handler its tokens): nothing may be added.</summary>
        public bool IsAnswered { get; init; }

        /// <summary>
        /// For a sign-in that is made by a repeat of its own request: what lets that repeat pass, once, within 2 minutes, in the header
        /// <c>X-MFA-Token</c>. Null where the sign-in is made, and for a browser, which carries it as a cookie.
        /// </summary>
        public string? ProofToken { get; init; }

        /// <summary>
        /// Who was signed in, with <c>amr</c>, <c>acr</c> and <c>auth_time</c>, for a host that goes on in the same request: a further sign-in of this
        /// user there (to an authorization code, a token) carries the same proof. Null where the sign-in is made by a repeat of its own request.
        /// </summary>
        public ClaimsPrincipal? Principal { get; init; }

        internal int StatusCode { get; init; } = 200;

        internal byte[]? Json { get; init; }
    }

    /// <summary>An access code was right: the sign-in waits on, and its user may set up a first factor.</summary>
    /// <param name="Next">The session, with what may be set up.</param>
    public sealed record MayEnroll(MfaPendingSignIn Next) : MfaSignInResult;

    /// <summary>Wrong and counted.</summary>
    /// <param name="Next">The session to answer next, with its new token.</param>
    public sealed record Rejected(MfaPendingSignIn Next) : MfaSignInResult;

    /// <summary>Wrong, and the last attempt: the session is gone.</summary>
    public sealed record Exhausted : MfaSignInResult;

    /// <summary>The account must wait; nothing was checked.</summary>
    /// <param name="RetryAfter">For how long.</param>
    public sealed record Throttled(TimeSpan RetryAfter) : MfaSignInResult;

    /// <summary>The answer fits several methods: name one.</summary>
    public sealed record MethodRequired : MfaSignInResult;

    /// <summary>The session is not there any more, or is being answered.</summary>
    public sealed record Invalid : MfaSignInResult;

    /// <summary>The host refused the user at completion; the session is gone.</summary>
    public sealed record Denied : MfaSignInResult;

    /// <summary>Another first factor was there before; the session is gone.</summary>
    public sealed record EnrollmentNotAllowed : MfaSignInResult;
}
