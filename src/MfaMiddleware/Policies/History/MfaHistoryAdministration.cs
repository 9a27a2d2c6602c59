using MfaMiddleware.Telemetry;

namespace MfaMiddleware.Policies.History;

/// <summary>
/// What is remembered of a user's sign-ins, for administrators and for a user's own request: read, export, delete. A store that fails throws.
/// </summary>
public sealed class MfaHistoryAdministration
{
    private readonly HistoryKeeper _keeper;
    private readonly MfaEvents _events;
    private readonly TimeProvider _time;

    internal MfaHistoryAdministration(HistoryKeeper keeper, MfaEvents events, TimeProvider time) => (_keeper, _events, _time) = (keeper, events, time);

    /// <summary>Reads the last sign-ins of a user with their decisions; <see cref="MfaSignInRecord.Device"/> is the id of a device that is still listed, else null.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The sign-ins, newest first; nothing for a user that isn't known.</returns>
    public async Task<IReadOnlyList<MfaSignInRecord>> ReadDecisionsAsync(MfaSubject subject, CancellationToken cancellationToken)
    {
        var history = (await _keeper.LoadAsync(subject, cancellationToken)).History;
        return [.. HistoryExport.SignInsOf(history).Reverse()];
    }

    /// <summary>Everything that is remembered of a user, as JSON: no secret, and nothing that a cookie could be made of.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A JSON object in UTF-8; one without content for a user that isn't known.</returns>
    public async Task<byte[]> ExportAsync(MfaSubject subject, CancellationToken cancellationToken)
    {
        var history = (await _keeper.LoadAsync(subject, cancellationToken)).History;
        return HistoryExport.Write(subject, history, _time.GetUtcNow());
    }

    /// <summary>
    /// Forgets everything that is remembered of a user, devices included: the next sign-in is like the first one, and a grace period begins anew.
    /// </summary>
    /// <param name="subject">The user.</param>
    /// <param name="actor">Who does it; null where that isn't known.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When it is done.</returns>
    public async Task DeleteAsync(MfaSubject subject, MfaSubject? actor, CancellationToken cancellationToken)
    {
        await _keeper.RemoveAsync(subject, cancellationToken);
        await _events.WriteAsync(new MfaEvent { Name = MfaEventNames.HistoryDeleted, Subject = subject, Actor = actor, At = _time.GetUtcNow(), Reasons = ["administrator"] });
    }
}
