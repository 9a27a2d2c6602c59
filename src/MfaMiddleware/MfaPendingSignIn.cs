using MfaMiddleware.Challenges;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;

namespace MfaMiddleware;

/// <summary>A sign-in that waits for its second factor, as the one who answers it may see it.</summary>
public sealed class MfaPendingSignIn
{
    internal MfaPendingSignIn(OpenSession session, IReadOnlyList<OfferedFactor> offers, IReadOnlyList<string> enroll, string? token)
    {
        Session = session;
        Offers = offers;
        Enroll = enroll;
        Token = token;
    }

    internal OpenSession Session { get; }

    internal IReadOnlyList<OfferedFactor> Offers { get; }

    /// <summary>The public id: worth nothing without the token or the browser's cookie.</summary>
    public string Id => Session.Id;

    /// <summary>The version that an answer is for: a form that shows an older one is stale.</summary>
    public long Version => Session.Record.Version;

    /// <summary>The <c>mfa_token</c>; null for a browser's session.</summary>
    public string? Token { get; }

    /// <summary>When it ends, UTC.</summary>
    public DateTimeOffset ExpiresAt => Session.Record.ExpiresAt;

    /// <summary>How many answers are still checked.</summary>
    public int AttemptsRemaining => Session.Record.AttemptsRemaining;

    /// <summary>Whether the user has factors, and none that suffices: after a proof of what they have, they set up a stronger one.</summary>
    public bool NeedsStronger => Session.Payload.NeedsStronger;

    /// <summary>Whether the user must set up a factor.</summary>
    public bool IsEnrollment => Session.Payload.Outcome == MfaOutcome.EnrollmentRequired;

    /// <summary>Whether it is a fresh proof for someone who is signed in.</summary>
    public bool IsStepUp => Session.Record.Purpose == PendingSessionPurpose.StepUp;

    /// <summary>Ways to answer, best first.</summary>
    public IReadOnlyList<MfaOfferedMethod> Methods =>
        [.. Offers.Select(o => MfaOfferedMethod.Of(o, Session.State.Challenges.GetValueOrDefault(o.Method.Name), Version))];

    /// <summary>Names of the methods that may be set up; empty where none may.</summary>
    public IReadOnlyList<string> Enroll { get; }

    /// <summary>The set-up in progress, if there is one.</summary>
    public MfaEnrollmentView? Enrollment => Session.State.Enrollment is { } e ? MfaEnrollmentView.Of(e) : null;

    /// <summary>Where a browser goes in the end.</summary>
    public string ReturnUrl => Session.Payload.ReturnUrl;
}

/// <summary>What is shown while a factor is set up.</summary>
/// <param name="Id">The enrolment's id; the factor's may be another, once it completes.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Secret">The secret for typing.</param>
/// <param name="Uri">The secret as an <c>otpauth</c> URI.</param>
/// <param name="RecoveryCodes">Codes that become valid with the factor; shown once; empty for a further factor.</param>
public sealed record MfaEnrollmentView(string Id, string Method, string? Secret, string? Uri, IReadOnlyList<string> RecoveryCodes)
{
    /// <summary>Where a code was sent, masked; null where none was.</summary>
    public string? SentTo { get; init; }

    /// <summary>Creation options for the browser, as JSON; null where none are needed.</summary>
    public string? PublicKey { get; init; }

    internal static MfaEnrollmentView Of(PendingEnrollment e) =>
        new(e.Id, e.Method, e.Secret, e.Uri, e.RecoveryCodes) { SentTo = e.Challenge?.SentTo, PublicKey = e.Challenge?.PublicKey };

    /// <summary>Prints no secret.</summary>
    /// <returns><c>***</c>.</returns>
    public override string ToString() => "***";
}

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
