using MfaMiddleware.Challenges;
using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;
using MfaMiddleware.Telemetry;

namespace MfaMiddleware.Enrollment;

/// <summary>What became of a set-up that was to begin: one of the nested types.</summary>
internal abstract record EnrollmentResult
{
    private EnrollmentResult()
    {
    }

    /// <summary>It has begun; a second one replaces it, its codes too.</summary>
    public sealed record Started(OpenSession Session) : EnrollmentResult;

    /// <summary>The user has a factor already, or the sign-in isn't one that may enrol.</summary>
    public sealed record NotAllowed : EnrollmentResult;

    /// <summary>What the user entered can't be used.</summary>
    public sealed record Refused(string Description, string? Reason) : EnrollmentResult;

    /// <summary>Too soon, or over budget; nothing was sent.</summary>
    public sealed record Throttled(TimeSpan RetryAfter) : EnrollmentResult;

    /// <summary>There is no such method to set up.</summary>
    public sealed record UnknownMethod(IReadOnlyList<string> Known) : EnrollmentResult;

    /// <summary>The session changed meanwhile.</summary>
    public sealed record InvalidToken : EnrollmentResult;
}

/// <summary>Begins the set-up of a factor inside a pending session: of a first one, or of a stronger one after a proof. Nothing is in the factor store until the first answer is right.</summary>
internal sealed class EnrollmentStarter(
    FactorStore factors, SessionStore sessions, SessionProtector protector, MethodRegistry methods, OfferMaker offers, EnrollmentDrafter drafter, MfaSettings settings, BypassAttempts bypasses, TimeProvider time)
{
    public async Task<EnrollmentResult> BeginAsync(OpenSession session, MfaEnrollmentRequest request, CancellationToken cancellationToken, PendingEnrollment? keep = null)
    {
        var options = settings.Current;
        var account = await factors.FindAsync(session.Subject, cancellationToken);
        var isBypass = account.IsEnrolled && !(session.Payload.NeedsStronger && offers.HasProved(session, account, options));
        if (isBypass) await bypasses.WriteAsync(BypassAttempts.EnrollmentWithAFactor, session.Subject);
        if (isBypass || !MayEnroll(session, account)) return new EnrollmentResult.NotAllowed();

        var known = methods.Enrollable(session.Payload.MinimumStrength, options, session.Payload.Methods).ToList();
        if (known.Find(m => m.Name == request.Method) is not { } chosen) return new EnrollmentResult.UnknownMethod([.. known.Select(m => m.Name)]);

        var (last, now) = (session.State.Challenges.GetValueOrDefault(chosen.Name), time.GetUtcNow());
        // A set-up that is begun again is a resend, to whichever number.
        if (last?.ResendAt is { } at && at > now) return new EnrollmentResult.Throttled(at - now);

        var context = EnrollmentDrafter.ContextOf(session.Subject, session.Payload.AccountName, request, account, now) with
        {
            Network = session.Record.Network,
            SessionEndsAt = session.Record.ExpiresAt,
            RequiresUserVerification = session.Payload.RequiresUserVerification,
            ChallengeState = last?.State,
        };
        var draft = await drafter.DraftAsync((IMfaEnrollment)chosen, context, keep is null && !account.IsEnrolled, session.Record.Version + 1, cancellationToken);
        return draft.Start switch
        {
            EnrollmentStart.Begun begun => await KeepAsync(session, keep is null ? draft.Enrollment! : draft.Enrollment! with { RecoveryCodes = keep.RecoveryCodes, RecoveryCodeHashes = keep.RecoveryCodeHashes }, begun, cancellationToken),
            EnrollmentStart.Throttled throttled => new EnrollmentResult.Throttled(throttled.RetryAfter),
            EnrollmentStart.Refused refused => new EnrollmentResult.Refused(refused.Description, refused.Reason),
            _ => throw new InvalidOperationException("A set-up begins in no other way."),
        };
    }

    /// <summary>Begins the ceremony of the set-up in progress anew; its recovery codes, which the user may have saved, stay.</summary>
    public async Task<EnrollmentResult> RenewAsync(OpenSession session, CancellationToken cancellationToken)
    {
        if (session.State.Enrollment is not { } present) return new EnrollmentResult.NotAllowed();
        var kept = new MfaEnrollmentRequest(present.Method) { Name = present.Name };
        return await BeginAsync(session, kept, cancellationToken, present);
    }

    // Fail closed: after a reset whoever has the password would enrol first; the access code tells the owner from a thief.
    private static bool MayEnroll(OpenSession session, MfaAccount account) =>
        session.Payload.Outcome == MfaOutcome.EnrollmentRequired && session.Record.Purpose != PendingSessionPurpose.Enrollment
        && ((!account.WasReset && !session.Payload.IsEnrollmentLocked) || session.State.IsAccessGranted);

    private async Task<EnrollmentResult> KeepAsync(OpenSession session, PendingEnrollment draft, EnrollmentStart.Begun begun, CancellationToken cancellationToken)
    {
        var state = session.State with { LastMethod = draft.Method, Enrollment = draft };
        // Kept beside the set-up: another method's set-up in between doesn't start the count anew.
        if (draft.Challenge is { } sent) state = state with { Challenges = new Dictionary<string, PendingChallenge>(state.Challenges) { [draft.Method] = sent } };
        var record = session.Record;
        var updated = await sessions.TryUpdateAsync(record.Id, record.Version, protector.Protect(record, state), record.ExpiresAt, cancellationToken);
        if (updated is null) return new EnrollmentResult.InvalidToken();
        if (begun.Challenge is { } challenge && await challenge.DeliverAsync(cancellationToken) is { } overBudget) return new EnrollmentResult.Throttled(overBudget.RetryAfter);
        return new EnrollmentResult.Started(session with { Record = updated, State = state });
    }
}
