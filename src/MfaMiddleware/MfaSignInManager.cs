using MfaMiddleware.Challenges;
using MfaMiddleware.Completion;
using MfaMiddleware.Endpoints;
using MfaMiddleware.Enrollment;
using MfaMiddleware.Factors;
using MfaMiddleware.Interposition;
using MfaMiddleware.Methods;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;
using MfaMiddleware.StepUp;
using MfaMiddleware.Telemetry;
using MfaMiddleware.Verification;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware;

/// <summary>
/// The journey of a pending sign-in in code: the JSON API and the pages are thin layers over it, and a host can build its own screen on it.
/// A store that fails throws; the caller answers 503.
/// </summary>
public sealed class MfaSignInManager
{
    private readonly SessionOpener _opener;
    private readonly SessionStore _sessions;
    private readonly FactorStore _factors;
    private readonly OfferMaker _offers;
    private readonly Verifier _verifier;
    private readonly EnrollmentStarter _enrollment;
    private readonly ChallengeStarter _challenges;
    private readonly SignInCompleter _completer;
    private readonly ComeBackMaker _comeBacks;
    private readonly StepUpGuard _stepUp;
    private readonly BrowserBinding _binding;
    private readonly ProofCookie _proofs;
    private readonly BypassAttempts _bypasses;
    private readonly MfaSettings _settings;

    internal MfaSignInManager(
        SessionOpener opener, SessionStore sessions, FactorStore factors, OfferMaker offers, Verifier verifier,
        EnrollmentStarter enrollment, ChallengeStarter challenges, SignInCompleter completer, ComeBackMaker comeBacks, ProofCookie proofs, StepUpGuard stepUp,
        BrowserBinding binding, BypassAttempts bypasses, MfaSettings settings)
    {
        (_opener, _sessions, _factors, _offers, _verifier) = (opener, sessions, factors, offers, verifier);
        (_comeBacks, _proofs) = (comeBacks, proofs);
        (_enrollment, _challenges, _completer, _stepUp, _binding, _bypasses, _settings) =
            (enrollment, challenges, completer, stepUp, binding, bypasses, settings);
    }

    /// <summary>Finds the session of a token.</summary>
    /// <param name="token">The <c>mfa_token</c>; any string.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The session; null where it is unknown, expired, spent, superseded or a browser's.</returns>
    public async Task<MfaPendingSignIn?> FindByTokenAsync(string? token, CancellationToken cancellationToken)
    {
        var session = await _opener.OpenAsync(MfaToken.Parse(token), cancellationToken);
        return session is null ? null : await ViewAsync(session, token, cancellationToken);
    }

    /// <summary>Finds a session of the browser that sends the request.</summary>
    /// <param name="context">The request, for the browser-binding cookie.</param>
    /// <param name="id">The session's id; null for the newest of this browser.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The session; or, where a double click or the back button met a completed one, the address that it went to; or neither.</returns>
    public async Task<(MfaPendingSignIn? Pending, string? CompletedUrl)> FindInBrowserAsync(HttpContext context, string? id, CancellationToken cancellationToken)
    {
        var record = await _opener.FindAsync(id ?? _binding.ReadNewest(context), _binding.ReadHash(context), cancellationToken);
        if (record?.CompletedUrl is { } url) return (null, url);
        var session = await _opener.OpenAsync(record);
        return (session is null ? null : await ViewAsync(session, null, cancellationToken), null);
    }

    /// <summary>Whether the browser sent a binding cookie at all: without one no session of it can be found.</summary>
    /// <param name="context">The request.</param>
    /// <returns>Whether there is one.</returns>
    public bool HasBrowserBinding(HttpContext context) => _binding.ReadHash(context) is not null;

    /// <summary>Writes <see cref="MfaEventNames.BypassAttempted"/> to the audit: for screens of a host's own, which see what the gate doesn't.</summary>
    /// <param name="reason">Why: a short code, for example <c>foreign_origin</c>.</param>
    /// <param name="subject">Whose sign-in it aims at, where that is known.</param>
    /// <returns>When it is written.</returns>
    public Task ReportBypassAttemptAsync(string reason, MfaSubject? subject = null) => _bypasses.WriteAsync(reason, subject);

    /// <summary>Starts a challenge: sends a code, makes options for the browser.</summary>
    /// <param name="pending">The session.</param>
    /// <param name="method">The method's name, or null with a factor's id.</param>
    /// <param name="factorId">The factor's id, or null for any factor of the method.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What became of it and the session after it; null where the method isn't offered or the session changed.</returns>
    public async Task<(ChallengeResult Result, MfaPendingSignIn Next)?> ChallengeAsync(
        MfaPendingSignIn pending, string? method, string? factorId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pending);
        var started = await _challenges.StartAsync(pending.Session, pending.Offers, method, factorId, cancellationToken);
        return started is { } s ? (s.Result, pending.With(s.Session, pending.Token)) : null;
    }

    /// <summary>Checks an answer and, where it is right, completes the sign-in on the response of this request.</summary>
    /// <param name="context">The request that answers.</param>
    /// <param name="pending">The session.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="enrollmentId">The set-up that it is for, if it is for one.</param>
    /// <param name="cancellationToken">Ends the wait before anything is spent; afterwards an answer is seen through.</param>
    /// <returns>What became of it.</returns>
    public async Task<MfaSignInResult> AnswerAsync(
        HttpContext context, MfaPendingSignIn pending, MfaAnswer answer, string? enrollmentId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pending);
        if (pending.IsStepUp && !await _stepUp.IsStillSignedInAsync(context, pending.Session)) return new MfaSignInResult.Invalid();
        return await _verifier.VerifyAsync(pending.Session, answer, enrollmentId, cancellationToken) switch
        {
            VerificationResult.Accepted accepted => await CompleteAsync(context, accepted with { TrustsDevice = answer.RememberDevice }, answer.Exchange),
            VerificationResult.MayEnroll open => new MfaSignInResult.MayEnroll(await ViewAsync(open.Session, pending.Token, CancellationToken.None)),
            VerificationResult.Rejected rejected => new MfaSignInResult.Rejected(Next(pending, rejected)),
            VerificationResult.Exhausted => new MfaSignInResult.Exhausted(),
            VerificationResult.Throttled throttled => new MfaSignInResult.Throttled(throttled.RetryAfter),
            VerificationResult.MethodRequired => new MfaSignInResult.MethodRequired(),
            VerificationResult.EnrollmentRefused => new MfaSignInResult.EnrollmentNotAllowed(),
            _ => new MfaSignInResult.Invalid(),
        };
    }

    /// <summary>Begins the set-up of a first factor inside the session; a second call replaces the first, its recovery codes too.</summary>
    /// <param name="pending">The session.</param>
    /// <param name="request">The method, and what the user entered for it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What became of it.</returns>
    public async Task<MfaEnrollmentResult> EnrollAsync(MfaPendingSignIn pending, MfaEnrollmentRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pending);
        ArgumentNullException.ThrowIfNull(request);
        return View(pending, await _enrollment.BeginAsync(pending.Session, request, cancellationToken));
    }

    /// <summary>Begins the ceremony of the set-up in progress anew, for a key that was not at hand; the recovery codes stay.</summary>
    /// <param name="pending">The session.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What became of it.</returns>
    public async Task<MfaEnrollmentResult> RenewEnrollmentAsync(MfaPendingSignIn pending, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pending);
        return View(pending, await _enrollment.RenewAsync(pending.Session, cancellationToken));
    }

    private static MfaEnrollmentResult View(MfaPendingSignIn pending, EnrollmentResult result) => result switch
    {
        EnrollmentResult.Started started => new MfaEnrollmentResult.Started(pending.With(started.Session, pending.Token)),
        EnrollmentResult.UnknownMethod unknown => new MfaEnrollmentResult.UnknownMethod(unknown.Known),
        EnrollmentResult.NotAllowed => new MfaEnrollmentResult.NotAllowed(),
        EnrollmentResult.Refused refused => new MfaEnrollmentResult.Refused(refused.Description) { Reason = refused.Reason },
        EnrollmentResult.Throttled throttled => new MfaEnrollmentResult.Throttled(throttled.RetryAfter),
        _ => new MfaEnrollmentResult.Invalid(),
    };

    /// <summary>Ends a session.</summary>
    /// <param name="pending">The session.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When it is gone.</returns>
    public async Task CancelAsync(MfaPendingSignIn pending, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pending);
        await _sessions.RemoveAsync(pending.Id, cancellationToken);
    }

    /// <summary>Finds the form that a browser posted and that its second factor interrupted: a page shows it and posts it again.</summary>
    /// <param name="context">The request, for the cookie of the proof.</param>
    /// <param name="key">Which of the browser's requests: the <c>request</c> of the page's address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The form; null where it is unknown, expired, posted already, or another browser's.</returns>
    public async Task<MfaKeptForm?> FindKeptFormAsync(HttpContext context, string? key, CancellationToken cancellationToken)
    {
        if (key is not { Length: 8 } || !key.All(char.IsAsciiHexDigitLower) || _proofs.Read(context, key) is not { } token) return null;
        var session = await _opener.OpenComeBackAsync(token, PendingSessionKind.Browser, cancellationToken);
        return session?.Payload.Original is { Form: { } form } original && original.Key == key ? new MfaKeptForm(original.Url, form) : null;
    }

    private async Task<MfaSignInResult> CompleteAsync(HttpContext context, VerificationResult.Accepted accepted, bool exchange)
    {
        // What answers from here on with a 503 doesn't say that the token is still good: it is used up.
        UnavailableFilter.Remember(context, null);
        var payload = accepted.Session.Payload;
        var isStepUp = accepted.Session.Record.Purpose == PendingSessionPurpose.StepUp;
        if (payload.ComesBack || (exchange && !isStepUp && payload.Original is not null)) return await ComeBackAsync(context, accepted);
        if (await _completer.SignInAsync(context, accepted) is not { } signedIn) return new MfaSignInResult.Denied();
        // The session has its proof; the form waits for the user's button, and lets nothing pass.
        if (isStepUp && payload.Original is not null && !signedIn.IsAnswered) await _comeBacks.KeepFormAsync(context, accepted.Session);
        return new MfaSignInResult.Completed(payload.BrowserUrl, payload.ReturnUrl)
        {
            IsAnswered = signedIn.IsAnswered,
            Principal = signedIn.Principal,
            StatusCode = payload.Reply.StatusCode,
            Json = payload.Reply.Json,
        };
    }

    private async Task<MfaSignInResult> ComeBackAsync(HttpContext context, VerificationResult.Accepted accepted)
    {
        if (!await _completer.MayComeBackAsync(context, accepted)) return new MfaSignInResult.Denied();
        var payload = accepted.Session.Payload;
        var token = await _comeBacks.MakeAsync(context, accepted);
        return new MfaSignInResult.Completed(payload.BrowserUrl, payload.ReturnUrl) { ProofToken = token?.Encode() };
    }

    private static MfaPendingSignIn Next(MfaPendingSignIn pending, VerificationResult.Rejected rejected) =>
        pending.With(pending.Session with { Record = rejected.Session }, pending.Token is null ? null : rejected.Token.Encode());

    private async Task<MfaPendingSignIn> ViewAsync(OpenSession session, string? token, CancellationToken cancellationToken)
    {
        var options = _settings.Current;
        var account = await _factors.FindAsync(session.Subject, cancellationToken);
        var (offers, enroll) = _offers.ViewOf(session, account, options);
        // A set-up, or a fresh proof of someone who is signed in, is no sign-in that a later one could be spared for.
        var isChallenge = session.Payload.Outcome == MfaOutcome.Required && session.Record.Purpose != PendingSessionPurpose.StepUp;
        return new MfaPendingSignIn(session, offers, enroll, token)
        {
            Reasons = ToldReasons.Of(session.Payload.Reasons, options.Policy),
            RememberDeviceFor = isChallenge && options.TrustedDevices.Enabled ? options.TrustedDevices.Lifetime : null,
        };
    }
}
