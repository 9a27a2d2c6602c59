using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.PendingSessions;

namespace MfaMiddleware.Challenges;

/// <summary>Starts the challenge of an offered method, and remembers it as the one challenged last.</summary>
internal sealed class ChallengeStarter(SessionStore sessions, SessionProtector protector, TimeProvider time)
{
    /// <returns>Null where the method isn't offered, or the session changed meanwhile.</returns>
    public async Task<(ChallengeResult Result, OpenSession Session)?> StartAsync(
        OpenSession session, IReadOnlyList<OfferedFactor> offers, string? method, string? factorId, CancellationToken cancellationToken)
    {
        var chosen = offers.Where(o => (method is null || o.Method.Name == method) && (factorId is null || o.Id == factorId)).ToList();
        if (chosen.Count == 0 || (method is null && factorId is null)) return null;

        var (last, now) = (session.State.Challenges.GetValueOrDefault(chosen[0].Method.Name), time.GetUtcNow());
        // Too soon is known here for every method: none has to keep a clock of its own.
        if (last?.ResendAt is { } at && at > now) return (new ChallengeResult.Throttled(at - now), session);

        var result = await ChallengeAsync(session, chosen, last?.State, now, cancellationToken);
        if (result is ChallengeResult.Throttled) return (result, session);

        var state = After(session, chosen[0].Method, result, now);
        var record = await sessions.TryUpdateAsync(
            session.Id, session.Record.Version, protector.Protect(session.Record, state), session.Record.ExpiresAt, cancellationToken);
        if (record is null) return null;

        // Only who has taken the session's next version sends: of parallel starts, one.
        if (result is ChallengeResult.Started started && await started.DeliverAsync(cancellationToken) is { } overBudget) result = overBudget;
        return (result, session with { Record = record, State = state });
    }

    private static PendingState After(OpenSession session, IMfaMethod method, ChallengeResult result, DateTimeOffset now)
    {
        var started = result as ChallengeResult.Started;
        var state = session.State with { LastMethod = method.Name };
        if (started is null && !method.Traits.NeedsChallenge) return state;

        var challenge = PendingChallenge.Of(started, session.Record.Version + 1, now);
        return state with { Challenges = new Dictionary<string, PendingChallenge>(state.Challenges) { [method.Name] = challenge } };
    }

    private static async Task<ChallengeResult> ChallengeAsync(
        OpenSession session, List<OfferedFactor> chosen, string? state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var context = new MfaMethodContext
        {
            Subject = session.Subject,
            Factors = [.. chosen.Select(o => o.Factor).OfType<MfaFactor>()],
            Now = now,
            Network = session.Record.Network,
            SessionEndsAt = session.Record.ExpiresAt,
            ChallengeState = state,
            RequiresUserVerification = session.Payload.RequiresUserVerification,
        };
        try
        {
            return await chosen[0].Method.ChallengeAsync(context, cancellationToken);
        }
        catch (Exception e) when (e is not (MfaUnavailableException or OperationCanceledException))
        {
            throw new MfaUnavailableException(e);
        }
    }
}
