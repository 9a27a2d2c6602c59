namespace MfaMiddleware.PendingSessions;

/// <summary>
/// The store of pending sessions. Each member is atomic, and each that changes a session names the version it was made from: of any number of
/// parallel callers one wins. A session past its time is not there for any member.
/// </summary>
/// <remarks>
/// The answer to a version goes: spend, then exactly one of reject, refund, consume. Between them the version belongs to that one answer.
/// A node that dies in between leaves a session that can't be answered any more: the user signs in again, and nobody gets in twice.
/// A store that can't be reached throws; the caller answers 503.
/// </remarks>
public interface IPendingSessionStore
{
    /// <summary>Stores a new session, if the subject and the store have room for it.</summary>
    /// <param name="session">The session, at version 1.</param>
    /// <param name="limits">How many there may be.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="Exception">The id is in use.</exception>
    ValueTask<CreateResult> CreateAsync(PendingSession session, PendingSessionLimits limits, CancellationToken cancellationToken);

    /// <summary>Reads a session.</summary>
    /// <param name="id">Its id; any string.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The session; null where there is none or its time is over.</returns>
    ValueTask<PendingSession?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Takes one attempt for the answer that is about to be checked.</summary>
    /// <param name="id">The session.</param>
    /// <param name="version">The version that is answered.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The session with one attempt fewer; null where the version is not the present one, is being answered, or has no attempt left.</returns>
    ValueTask<PendingSession?> TrySpendAttemptAsync(string id, long version, CancellationToken cancellationToken);

    /// <summary>Ends an answer as wrong: the version rises and the secret is replaced; without an attempt left the session is gone.</summary>
    /// <param name="id">The session.</param>
    /// <param name="version">The version whose attempt was spent.</param>
    /// <param name="secretHash">The hash that takes the place of the old one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The session after it (with no attempt left: as it was removed); null where the version is no longer this answer's.</returns>
    ValueTask<PendingSession?> RejectAsync(string id, long version, byte[] secretHash, CancellationToken cancellationToken);

    /// <summary>Gives an attempt back that was no answer after all; the session is as before the spend.</summary>
    /// <param name="id">The session.</param>
    /// <param name="version">The version whose attempt was spent.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was given back.</returns>
    ValueTask<bool> RefundAsync(string id, long version, CancellationToken cancellationToken);

    /// <summary>Replaces the state and the end of a session that is not being answered; the version rises, the secret stays.</summary>
    /// <param name="id">The session.</param>
    /// <param name="version">The version that the change was made from.</param>
    /// <param name="state">The new state.</param>
    /// <param name="expiresAt">The new end; where it is later than the present one, that stays.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The session after it; null where the version is not the present one or is being answered.</returns>
    ValueTask<PendingSession?> TryUpdateAsync(string id, long version, byte[]? state, DateTimeOffset expiresAt, CancellationToken cancellationToken);

    /// <summary>Ends a session as completed. Of any number of callers one gets true, and only it may sign the user in.</summary>
    /// <param name="id">The session.</param>
    /// <param name="version">The version whose attempt was spent.</param>
    /// <param name="completedUrl">Where the browser goes: kept, without payload and state, until the session's end; null removes the session at once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether this call consumed it.</returns>
    ValueTask<bool> TryConsumeAsync(string id, long version, string? completedUrl, CancellationToken cancellationToken);

    /// <summary>Removes a session that is not completed.</summary>
    /// <param name="id">The session.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was there.</returns>
    ValueTask<bool> RemoveAsync(string id, CancellationToken cancellationToken);
}
