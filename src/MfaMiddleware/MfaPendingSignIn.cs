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

    /// <summary>
    /// Why the user is asked, as codes of the shipped risk signals, heaviest first: <c>new_device</c>. Empty without <c>Policy:ExplainToUser</c>, and where
    /// no risk is the reason.
    /// </summary>
    public IReadOnlyList<string> Reasons { get; internal init; } = [];

    /// <summary>For how long the user may ask not to be challenged in this browser (<c>MfaAnswer.RememberDevice</c>); null where that isn't offered.</summary>
    public TimeSpan? RememberDeviceFor { get; internal init; }

    /// <summary>Ways to answer, best first.</summary>
    public IReadOnlyList<MfaOfferedMethod> Methods =>
        [.. Offers.Select(o => MfaOfferedMethod.Of(o, Session.State.Challenges.GetValueOrDefault(o.Method.Name), Version))];

    /// <summary>Names of the methods that may be set up; empty where none may.</summary>
    public IReadOnlyList<string> Enroll { get; }

    /// <summary>The set-up in progress, if there is one.</summary>
    public MfaEnrollmentView? Enrollment => Session.State.Enrollment is { } e ? MfaEnrollmentView.Of(e) : null;

    /// <summary>The scheme that is signed in to; of several the first.</summary>
    public string Scheme => Session.Payload.SignIns[0].Scheme;

    /// <summary>Where a browser goes in the end.</summary>
    public string ReturnUrl => Session.Payload.ReturnUrl;

    /// <summary>
    /// The same where the browser itself asked for it, by a field of the sign-in's form or query: local, PathBase included, for a link that leads back to the sign-in.
    /// Null where it did not: an address that only the host's answer names is told to nobody before the sign-in is complete.
    /// </summary>
    // Fail closed: never an address of elsewhere, whatever made this session.
    public string? AskedUrl => Session.Payload.IsReturnUrlAsked && Completion.ReturnUrl.IsLocal(ReturnUrl) ? ReturnUrl : null;

    /// <summary>The same after a step.</summary>
    internal MfaPendingSignIn With(OpenSession session, string? token) =>
        new(session, Offers, Enroll, token) { Reasons = Reasons, RememberDeviceFor = RememberDeviceFor };
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
