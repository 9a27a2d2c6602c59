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

        var result = await ChallengeAsync(session, chosen, cancellationToken);
        var name = chosen[0].Method.Name;
        var state = session.State with { LastMethod = name };
        var expires = session.Record.ExpiresAt;
        if (result is ChallengeResult.Started started)
        {
            state = state with { Challenges = new Dictionary<string, string?>(session.State.Challenges) { [name] = started.State } };
        }
        else if (result is ChallengeResult.Throttled)
        {
            return (result, session);
        }

        var record = await sessions.TryUpdateAsync(session.Id, session.Record.Version, protector.Protect(session.Record, state), expires, cancellationToken);
        return record is null ? null : (result, session with { Record = record, State = state });
    }

    private async Task<ChallengeResult> ChallengeAsync(OpenSession session, List<OfferedFactor> chosen, CancellationToken cancellationToken)
    {
        var method = chosen[0].Method;
        var context = new MfaMethodContext
        {
            Subject = session.Subject,
            Factors = [.. chosen.Select(o => o.Factor).OfType<MfaFactor>()],
            Now = time.GetUtcNow(),
            ChallengeState = session.State.Challenges.GetValueOrDefault(method.Name),
        };
        try
        {
            return await method.ChallengeAsync(context, cancellationToken);
        }
        catch (Exception e) when (e is not (MfaUnavailableException or OperationCanceledException))
        {
            throw new MfaUnavailableException(e);
        }
    }
}
