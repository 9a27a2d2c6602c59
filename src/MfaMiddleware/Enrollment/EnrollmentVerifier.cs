using MfaMiddleware.Challenges;
using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Telemetry;
using MfaMiddleware.Verification;

namespace MfaMiddleware.Enrollment;

/// <summary>Takes the first answer of a new authenticator and stores the factor. A wrong answer costs an attempt of the session, not of the account.</summary>
internal sealed class EnrollmentVerifier(
    FactorStore factors, SessionStore sessions, Attempts attempts, MethodRegistry methods, OfferMaker offers, MfaSettings settings, MfaEvents events, TimeProvider time)
{
    public async Task<VerificationResult> VerifyAsync(OpenSession session, MfaAnswer answer, string? enrollmentId, CancellationToken cancellationToken)
    {
        // The account isn't charged: the answer guesses no secret that its owner doesn't see on the screen.
        var (attempt, refusal, _) = await attempts.SpendAsync(session, "", false, cancellationToken);
        if (attempt is null) return refusal!;
        try
        {
            return await CheckAsync(attempt, answer, enrollmentId);
        }
        catch (MfaUnavailableException)
        {
            await attempts.GiveBackAsync(attempt);
            throw;
        }
    }

    private async Task<VerificationResult> CheckAsync(Attempt attempt, MfaAnswer answer, string? enrollmentId)
    {
        var session = attempt.Session;
        if (session.State.Enrollment is not { } enrollment || (enrollmentId is not null && enrollment.Id != enrollmentId)
            || methods.Find(enrollment.Method, settings.Current) is not IMfaEnrollment method)
        {
            return await RejectAsync(attempt, session.State.Enrollment?.Method, "not_begun");
        }

        return await CompleteAsync(method, session, enrollment, answer) switch
        {
            MethodResult.Accepted accepted => await AddAsync(attempt, enrollment, accepted, ((IMfaMethod)method).Traits),
            MethodResult.Rejected rejected => await RejectAsync(attempt, enrollment.Method, rejected.Reason),
            _ => await RejectAsync(attempt, enrollment.Method, "wrong_code"),
        };
    }

    private async Task<MethodResult> CompleteAsync(IMfaEnrollment method, OpenSession session, PendingEnrollment enrollment, MfaAnswer answer)
    {
        var now = time.GetUtcNow();
        try
        {
            var context = new EnrollmentContext
            {
                Subject = session.Subject,
                AccountName = session.Payload.AccountName,
                Name = enrollment.Name,
                ChallengeState = enrollment.Challenge?.StateFor((IMfaMethod)method, session.Record.Version, now),
                Now = now,
            };
            return await method.CompleteAsync(context, DraftOf(session, enrollment), answer, CancellationToken.None);
        }
        catch (Exception e) when (e is not MfaUnavailableException)
        {
            // Fail closed: a method that can't tell is out of order (503), and the attempt is given back.
            throw new MfaUnavailableException(e);
        }
    }

    private async Task<VerificationResult> RejectAsync(Attempt attempt, string? method, string reason)
    {
        var result = await attempts.RejectAsync(attempt);
        await WriteAsync(attempt.Session, MfaEventNames.AnswerRejected, method, null, reason);
        if (result is VerificationResult.Exhausted) await WriteAsync(attempt.Session, MfaEventNames.AttemptsExhausted, method, null, reason);
        return result;
    }

    private async Task<VerificationResult> AddAsync(Attempt attempt, PendingEnrollment enrollment, MethodResult.Accepted accepted, MfaMethodTraits traits)
    {
        var session = attempt.Session;
        var factor = accepted.Factor with { LastUsedAt = time.GetUtcNow() };
        if (!await StoreAsync(session, factor, enrollment))
        {
            // Fail closed: somebody else was first, so this set-up opens nothing, and the owner is told.
            await sessions.RemoveAsync(session.Id, CancellationToken.None);
            await WriteAsync(session, MfaEventNames.EnrollmentRefused, factor.Method, factor.Id, "not_first");
            return new VerificationResult.EnrollmentRefused();
        }

        await WriteAsync(session, MfaEventNames.FactorAdded, factor.Method, factor.Id, "enrolled");
        if (!await attempts.ConsumeAsync(attempt)) return new VerificationResult.InvalidToken();
        var amr = traits.Amr.Union(accepted.Amr).ToList();
        return new VerificationResult.Accepted(session, MfaProof.Given(factor.Method, amr, traits.Strength, false, time.GetUtcNow())) { AddedFactorId = factor.Id };
    }

    private async Task<bool> StoreAsync(OpenSession session, MfaFactor factor, PendingEnrollment enrollment)
    {
        // A first factor has a verb of its own; a session that began as the first one stays that, whatever has been added since.
        var now = time.GetUtcNow();
        var isFurther = session.Record.Purpose == PendingSessionPurpose.Enrollment && session.Payload.Reasons.Contains(EnrollmentReasons.Further);
        var isStronger = session.Payload.NeedsStronger && session.State.ProvedAt is not null;
        var account = await factors.FindAsync(session.Subject, CancellationToken.None);
        if (!isFurther && !isStronger)
            return MayBeFirst(session, account) && await factors.TryAddFirstFactorAsync(factor, enrollment.RecoveryCodeHashes, now, CancellationToken.None);

        // Fail closed: since it began an administrator took everything away, or what was proved then was removed.
        var isStillAllowed = account.IsEnrolled && (isFurther || offers.HasProved(session, account, settings.Current));
        return isStillAllowed && await factors.TryAddFactorAsync(factor, settings.Current.MaxFactors, now, CancellationToken.None);
    }

    /// <summary>Whether the user's factors are as they were when the session began, or when its access code was used.</summary>
    private static bool MayBeFirst(OpenSession session, MfaAccount account)
    {
        // Fail closed: a set-up that was begun before a reset must not do without the access code, and what was taken away since may have been a thief's.
        if (account.WasReset && !session.State.IsAccessGranted) return false;
        var asOf = session.State.ProvedAt ?? session.Record.CreatedAt.ToUnixTimeMilliseconds();
        return !(account.FactorsChangedAt?.ToUnixTimeMilliseconds() > asOf);
    }

    private static MfaFactor DraftOf(OpenSession session, PendingEnrollment enrollment) => new()
    {
        Id = enrollment.Id,
        Subject = session.Subject,
        Method = enrollment.Method,
        Name = enrollment.Name,
        ProtectedSecret = enrollment.ProtectedSecret,
        Counter = enrollment.Counter,
        CreatedAt = session.Record.CreatedAt,
    };

    private Task WriteAsync(OpenSession session, string name, string? method, string? factorId, string reason) => events.WriteAsync(new MfaEvent
    {
        Name = name,
        Subject = session.Subject,
        At = time.GetUtcNow(),
        Method = method,
        FactorId = factorId,
        Rule = session.Payload.Rule,
        Reasons = [reason],
    });
}

/// <summary>Why an enrolment session exists.</summary>
internal static class EnrollmentReasons
{
    /// <summary>The user is signed in and has factors already.</summary>
    public const string Further = "further_factor";

    /// <summary>The user is signed in and has none.</summary>
    public const string First = "first_factor";

    /// <summary>The user has none, and the sign-in shows a positive sign of an attack: an access code opens the set-up, nothing else does.</summary>
    public const string SignOfAttack = "sign_of_attack";

    /// <summary>The user has factors, and none is worth what the sign-in asks for.</summary>
    public const string Stronger = "no_sufficient_factor";
}
