using MfaMiddleware.Challenges;
using MfaMiddleware.Enrollment;
using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.Methods.AccessCode;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;
using MfaMiddleware.Policies.History;
using MfaMiddleware.Telemetry;

namespace MfaMiddleware.Verification;

/// <summary>
/// Checks an answer to a pending session: spend and charge, check, mark, consume, in this order. It is the only place that turns a challenge
/// into a proof, for the JSON API, the pages and code alike; a method counts nothing, so none can forget to.
/// </summary>
internal sealed class Verifier(
    FactorStore factors, MethodRegistry methods, OfferMaker offers, Attempts attempts, AnswerChecker checker, EnrollmentVerifier enrollment, SignInRecorder recorder, MfaSettings settings, MfaEvents events, TimeProvider time)
{
    public async Task<VerificationResult> VerifyAsync(
        OpenSession session, MfaAnswer answer, string? enrollmentId, CancellationToken cancellationToken)
    {
        await AuditAsync(session, answer);
        if (enrollmentId is not null || session.State.Enrollment is not null) return await enrollment.VerifyAsync(session, answer, enrollmentId, cancellationToken);

        var account = await factors.FindAsync(session.Subject, cancellationToken);
        var offered = offers.ViewOf(session, account, settings.Current).Offers;
        return AnswerRouter.Choose(offered, answer, session.State) switch
        {
            Route.To route => await CheckAsync(session, route, answer, cancellationToken),
            Route.Nowhere route => await RefuseAsync(session, route.Method, cancellationToken),
            _ => new VerificationResult.MethodRequired(offered),
        };
    }

    /// <summary>Before anything is spent: while the audit is out of order a code keeps, a recovery code above all.</summary>
    private async Task AuditAsync(OpenSession session, MfaAnswer answer)
    {
        if (!settings.Current.AuditRequired) return;
        var method = answer.Method is { } named ? methods.Known(named) : session.State.Enrollment?.Method;
        if (!await events.TryRequireAsync(Event(session, MfaEventNames.AnswerReceived, method, "received"))) throw new MfaUnavailableException();
    }

    private async Task<VerificationResult> CheckAsync(OpenSession session, Route.To route, MfaAnswer answer, CancellationToken cancellationToken)
    {
        var method = route.Method;
        var (attempt, refusal, isCapped) = await attempts.SpendAsync(session, method.Name, method.Traits.Guessable, cancellationToken);
        if (attempt is null) return await RefusedAsync(session, method.Name, refusal!, isCapped);
        return await CheckAsync(attempt, route, answer) switch
        {
            CheckResult.Right right => await AcceptAsync(attempt, method, right),
            CheckResult.Replayed => await RejectAsync(attempt, method.Name, MfaEventNames.OtpReplayed, "replayed"),
            CheckResult.Wrong wrong => await RejectAsync(
                attempt, method.Name, wrong.IsSignOfACopy ? MfaEventNames.AuthenticatorMayBeCopied : MfaEventNames.AnswerRejected, wrong.Reason),
            _ => throw new InvalidOperationException("A check has no other outcome."),
        };
    }

    private async Task<CheckResult> CheckAsync(Attempt attempt, Route.To route, MfaAnswer answer)
    {
        var session = attempt.Session;
        try
        {
            return await checker.CheckAsync(
                session, route, answer, session.State.Challenges.GetValueOrDefault(route.Method.Name)?.StateFor(route.Method, session.Record.Version, time.GetUtcNow()), CancellationToken.None);
        }
        catch (MfaUnavailableException)
        {
            // Only while the answer isn't known to be right or wrong: afterwards what was counted stays counted.
            await attempts.GiveBackAsync(attempt);
            throw;
        }
    }

    private async Task<VerificationResult> AcceptAsync(Attempt attempt, IMfaMethod method, CheckResult.Right right)
    {
        if (attempt.Session.Payload.Outcome == MfaOutcome.EnrollmentRequired) return await GrantAsync(attempt, method);
        if (!await ConsumeAsync(attempt)) return new VerificationResult.InvalidToken();
        var session = attempt.Session;
        if (method.Traits.IsRecovery) await events.WriteAsync(Event(session, EventOf(method), method.Name, "used"));
        var proof = MfaProof.Given(method.Name, right.Amr, method.Traits.Strength, method.Traits.IsRecovery, time.GetUtcNow());
        return new VerificationResult.Accepted(session, proof);
    }

    /// <summary>The answer is used up; what it opens is the set-up, not the session.</summary>
    private async Task<VerificationResult> GrantAsync(Attempt attempt, IMfaMethod method)
    {
        var session = attempt.Session;
        await events.WriteAsync(Event(session, method.Traits.IsRecovery ? EventOf(method) : MfaEventNames.FactorProved, method.Name, "set_up_opened"));
        var state = session.State with
        {
            IsAccessGranted = session.State.IsAccessGranted || method.Name == AccessCodeMethod.MethodName,
            ProvedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        return await attempts.KeepOnAsync(attempt, state) is { } open
            ? new VerificationResult.MayEnroll(open)
            : new VerificationResult.InvalidToken();
    }

    private async Task<bool> ConsumeAsync(Attempt attempt)
    {
        try
        {
            return await attempts.ConsumeAsync(attempt);
        }
        catch (MfaUnavailableException)
        {
            // The code is used up, the charge was cleared with it; the token may be answered with the next code.
            await attempts.GiveBackAsync(attempt with { Charge = null });
            throw;
        }
    }

    /// <summary>A method or factor that isn't offered: it costs an attempt like any wrong answer.</summary>
    private async Task<VerificationResult> RefuseAsync(OpenSession session, string method, CancellationToken cancellationToken)
    {
        var (attempt, refusal, isCapped) = await attempts.SpendAsync(session, methods.Known(method), true, cancellationToken);
        return attempt is null
            ? await RefusedAsync(session, method, refusal!, isCapped)
            : await RejectAsync(attempt, methods.Known(method), MfaEventNames.AnswerRejected, "not_offered");
    }

    private async Task<VerificationResult> RefusedAsync(OpenSession session, string method, VerificationResult refusal, bool isCapped)
    {
        if (refusal is VerificationResult.Throttled)
        {
            await events.WriteAsync(Event(session, isCapped ? MfaEventNames.AccountCapped : MfaEventNames.AccountThrottled, methods.Known(method), "must_wait"));
        }

        return refusal;
    }

    private async Task<VerificationResult> RejectAsync(Attempt attempt, string method, string eventName, string reason)
    {
        var result = await attempts.RejectAsync(attempt);
        recorder.AnswerFailed(attempt.Session.Subject, attempt.Session.Record.Network, time.GetUtcNow());
        await events.WriteAsync(Event(attempt.Session, eventName, method, reason));
        if (result is VerificationResult.Exhausted) await events.WriteAsync(Event(attempt.Session, MfaEventNames.AttemptsExhausted, method, reason));
        if (IsThirdFailure(result) || IsOverBeforeTheThird(result)) await events.WriteAsync(Event(attempt.Session, MfaEventNames.MfaFailedAfterPassword, method, "third_failure"));
        return result;
    }

    private static string EventOf(IMfaMethod recovery) =>
        recovery.Name == AccessCodeMethod.MethodName ? MfaEventNames.AccessCodeUsed : MfaEventNames.RecoveryCodeUsed;

    private bool IsThirdFailure(VerificationResult result) =>
        result is VerificationResult.Rejected rejected && settings.Current.PendingSessions.MaxAttempts - rejected.Session.AttemptsRemaining == 3;

    /// <summary>Where a session has three attempts or fewer, its last one stands for the third.</summary>
    private bool IsOverBeforeTheThird(VerificationResult result) =>
        result is VerificationResult.Exhausted && settings.Current.PendingSessions.MaxAttempts <= 3;

    private MfaEvent Event(OpenSession session, string name, string? method, string reason) => new()
    {
        Name = name,
        Subject = session.Subject,
        At = time.GetUtcNow(),
        Method = method,
        Rule = session.Payload.Rule,
        Reasons = [reason],
    };
}
