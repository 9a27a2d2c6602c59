using MfaMiddleware.Factors;
using MfaMiddleware.Interposition;
using MfaMiddleware.Methods;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;
using MfaMiddleware.Verification;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Enrollment;

/// <summary>
/// The set-up of a factor by someone who is signed in. The draft waits in a pending session that is found by the enrolment's id; it has a secret that
/// nobody is given, so that no token can finish it: only its owner's session can.
/// </summary>
internal sealed class SelfEnrollment(
    SessionStore sessions, SessionMaker maker, SessionIds ids, SessionOpener opener, EnrollmentDrafter drafter, EnrollmentVerifier verifier, MfaSettings settings, TimeProvider time)
{
    private const long FirstVersion = 1;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public async Task<MfaManageResult> BeginAsync(
        HttpContext http, SignedInSession session, MfaAccount account, IMfaEnrollment method, MfaEnrollmentRequest request, CancellationToken cancellationToken)
    {
        var payload = PayloadOf(session, account);
        var context = EnrollmentDrafter.ContextOf(session.Subject, payload.AccountName, request, account, time.GetUtcNow()) with
        {
            Network = Network.Of(http.Connection.RemoteIpAddress),
            SessionEndsAt = time.GetUtcNow() + Lifetime,
        };
        var draft = await drafter.DraftAsync(method, context, !account.IsEnrolled, FirstVersion, cancellationToken);
        return draft.Start switch
        {
            EnrollmentStart.Begun begun => await KeepAsync(http, session.Subject, payload, draft.Enrollment!, begun, cancellationToken),
            EnrollmentStart.Throttled throttled => new MfaManageResult.Throttled(throttled.RetryAfter),
            EnrollmentStart.Refused refused => new MfaManageResult.Invalid(refused.Description) { Reason = refused.Reason },
            _ => throw new InvalidOperationException("A set-up begins in no other way."),
        };
    }

    private async Task<MfaManageResult> KeepAsync(
        HttpContext http, MfaSubject subject, PendingPayload payload, PendingEnrollment draft, EnrollmentStart.Begun begun, CancellationToken cancellationToken)
    {
        var (id, nobodys) = (await ids.PlaceAsync(subject, draft.Id, cancellationToken), MfaToken.New().SecretHash);
        var made = new NewSession(
            PendingSessionKind.Json, PendingSessionPurpose.Enrollment, subject, Network.Of(http.Connection.RemoteIpAddress), payload, nobodys, id)
        {
            State = new PendingState { LastMethod = draft.Method, Enrollment = draft },
            Lifetime = Lifetime,
        };
        var (result, open) = await maker.MakeAsync(made, settings.Current, cancellationToken);
        if (result is CreateResult.Created && begun.Challenge is { } challenge && await challenge.DeliverAsync(cancellationToken) is { } overBudget)
        {
            return new MfaManageResult.Throttled(overBudget.RetryAfter);
        }

        return result switch
        {
            CreateResult.Created => new MfaManageResult.EnrollmentStarted(MfaEnrollmentView.Of(draft), open.Record.ExpiresAt),
            CreateResult.TooManyForSubject tooMany => new MfaManageResult.TooMany(tooMany.RetryAfter),
            _ => new MfaManageResult.TooMany(TimeSpan.FromSeconds(5)),
        };
    }

    /// <summary>The set-up; null where this user has none of this id.</summary>
    public async Task<OpenSession?> FindAsync(MfaSubject subject, string id, CancellationToken cancellationToken)
    {
        var record = await sessions.FindAsync(await ids.PlaceAsync(subject, id, cancellationToken), cancellationToken);
        // Fail closed: another's set-up, or a session of another purpose, is not there.
        if (record is not { Purpose: PendingSessionPurpose.Enrollment } || record.Subject != subject) return null;
        return await opener.OpenAsync(record) is { } open && open.State.Enrollment?.Id == id ? open : null;
    }

    public Task<VerificationResult> CompleteAsync(OpenSession enrollment, MfaAnswer answer, CancellationToken cancellationToken) =>
        verifier.VerifyAsync(enrollment, answer, enrollment.State.Enrollment?.Id, cancellationToken);

    private static PendingPayload PayloadOf(SignedInSession session, MfaAccount account) => new()
    {
        Outcome = MfaOutcome.EnrollmentRequired,
        Rule = session.Stamp?.Rule ?? "self_service",
        Reasons = [account.IsEnrolled ? EnrollmentReasons.Further : EnrollmentReasons.First],
        MinimumStrength = null,
        AccountName = PayloadMaker.AccountNameOf(session.Principal, session.Subject),
        SignIns = [],
        Reply = new HeldReply(StatusCodes.Status200OK, null, [], null),
        ReturnUrl = "/",
    };
}
