using MfaMiddleware.Factors;
using MfaMiddleware.Methods.RecoveryCodes;
using MfaMiddleware.PendingSessions;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Verification;

/// <summary>An attempt that was spent before its answer is checked: it ends as wrong, as right, or is given back.</summary>
/// <param name="Session">The session as it was opened.</param>
/// <param name="Charge">The charge of the account; null for an answer that can't be guessed.</param>
internal sealed record Attempt(OpenSession Session, Charge? Charge);

/// <summary>
/// Counts answers: in the session, and on the account's ladder, both before the check. What is counted stays counted, unless the infrastructure
/// failed.
/// </summary>
internal sealed partial class Attempts(SessionStore sessions, FactorStore factors, SessionProtector protector, TimeProvider time, ILogger<Attempts> logger)
{
    /// <summary>Beyond it waiting doesn't help; the client is told to come back in an hour.</summary>
    public static readonly TimeSpan CappedRetry = TimeSpan.FromHours(1);

    /// <summary>The hard caps, beside the ladder.</summary>
    public static readonly FailureLimits Limits = new(100, new Dictionary<string, int> { [RecoveryCodesMethod.MethodName] = 10 });

    /// <summary>Spends one attempt; the result is the attempt, or why the answer isn't checked.</summary>
    public async Task<(Attempt? Attempt, VerificationResult? Refusal, bool IsCapped)> SpendAsync(
        OpenSession session, string method, bool isGuessable, CancellationToken cancellationToken)
    {
        if (await sessions.TrySpendAttemptAsync(session.Id, session.Record.Version, cancellationToken) is null)
        {
            return (null, new VerificationResult.InvalidToken(), false);
        }

        if (!isGuessable) return (new Attempt(session, null), null, false);
        try
        {
            // From here on the client's going away changes nothing: an attempt ends one way or the other.
            switch (await factors.ChargeAsync(session.Subject, method, session.Lane, time.GetUtcNow(), Limits, CancellationToken.None))
            {
                case ChargeResult.Charged charged:
                    return (new Attempt(session, charged.Charge), null, false);
                case ChargeResult.MustWait wait:
                    await sessions.RefundAsync(session.Id, session.Record.Version, CancellationToken.None);
                    return (null, new VerificationResult.Throttled(wait.RetryAfter), false);
                default:
                    await sessions.RefundAsync(session.Id, session.Record.Version, CancellationToken.None);
                    return (null, new VerificationResult.Throttled(CappedRetry), true);
            }
        }
        catch (MfaUnavailableException)
        {
            await GiveBackAsync(new Attempt(session, null));
            throw;
        }
    }

    /// <summary>Ends the attempt as wrong.</summary>
    public async Task<VerificationResult> RejectAsync(Attempt attempt)
    {
        var record = attempt.Session.Record;
        var token = new MfaToken(record.Id, MfaToken.NewSecret());
        var hash = record.Kind == PendingSessionKind.Json ? token.SecretHash : record.SecretHash;
        return await sessions.RejectAsync(record.Id, record.Version, hash, CancellationToken.None) switch
        {
            null => new VerificationResult.InvalidToken(),
            { AttemptsRemaining: <= 0 } => new VerificationResult.Exhausted(),
            var rejected => new VerificationResult.Rejected(rejected, token),
        };
    }

    /// <summary>Ends the attempt as right: of any number of callers one gets true.</summary>
    public ValueTask<bool> ConsumeAsync(Attempt attempt)
    {
        var record = attempt.Session.Record;
        var url = record.Kind == PendingSessionKind.Browser ? attempt.Session.Payload.BrowserUrl : null;
        return sessions.TryConsumeAsync(record.Id, record.Version, url, CancellationToken.None);
    }

    /// <summary>Ends the attempt as right, and the session waits on with another state.</summary>
    public async Task<OpenSession?> KeepOnAsync(Attempt attempt, PendingState state)
    {
        var (session, record) = (attempt.Session, attempt.Session.Record);
        await sessions.RefundAsync(record.Id, record.Version, CancellationToken.None);
        var updated = await sessions.TryUpdateAsync(record.Id, record.Version, protector.Protect(record, state), record.ExpiresAt, CancellationToken.None);
        return updated is null ? null : session with { Record = updated, State = state };
    }

    /// <summary>Gives the attempt back after an error of the infrastructure; best effort, since the store may be what failed.</summary>
    public async Task GiveBackAsync(Attempt attempt)
    {
        try
        {
            if (attempt.Charge is { } charge) await factors.RefundAsync(attempt.Session.Subject, charge, CancellationToken.None);
            await sessions.RefundAsync(attempt.Session.Id, attempt.Session.Record.Version, CancellationToken.None);
        }
        catch (MfaUnavailableException e)
        {
            Log.NotGivenBack(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(501, LogLevel.Warning, "An attempt that an error of the infrastructure cost could not be given back.")]
        public static partial void NotGivenBack(ILogger logger, Exception exception);
    }
}
