namespace MfaMiddleware.Factors;

/// <summary>
/// The durable store of factors, recovery codes, failure counters, single-use marks and histories of sign-ins. Each member is atomic: of any number of parallel
/// callers, in any number of processes, exactly one wins where one may win. None reads and then writes.
/// </summary>
/// <remarks>
/// An expected outcome is a result; a store that can't be reached throws, and the caller answers 503: an exception is never read as
/// "no factor". Two factors with one id, or two recovery codes with one hash, can't both exist.
/// </remarks>
public interface IMfaFactorStore
{
    /// <summary>Reads the user's factors and counts the unused recovery codes.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The account; <see cref="MfaAccount.Empty"/> for a user that is not known.</returns>
    ValueTask<MfaAccount> FindAsync(MfaSubject subject, CancellationToken cancellationToken);

    /// <summary>Adds the first factor and its recovery codes, if the user still has neither a factor nor a recovery code; it ends <see cref="MfaAccount.WasReset"/>.</summary>
    /// <param name="factor">The factor; its version is 1 once stored.</param>
    /// <param name="recoveryCodeHashes">Keyed hashes of the recovery codes issued with it; may be empty.</param>
    /// <param name="now">The time, UTC: kept as <see cref="MfaAccount.FactorsChangedAt"/>, which never goes back.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether this call added it: of two that race, one wins. False too where a factor with this id exists, whoever has it.</returns>
    ValueTask<bool> TryAddFirstFactorAsync(MfaFactor factor, IReadOnlyList<string> recoveryCodeHashes, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Adds a further factor.</summary>
    /// <param name="factor">The factor; its version is 1 once stored.</param>
    /// <param name="maxFactors">How many factors a user may have, this one included.</param>
    /// <param name="now">The time, UTC: kept as <see cref="MfaAccount.FactorsChangedAt"/>, which never goes back.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False where the user has as many already, or a factor with this id exists.</returns>
    ValueTask<bool> TryAddFactorAsync(MfaFactor factor, int maxFactors, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Changes a factor (its name, its secret), if it is still at the version given.</summary>
    /// <param name="factor">The new values; its <see cref="MfaFactor.Version"/> is ignored.</param>
    /// <param name="expectedVersion">The version that the change was made from.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the factor was there at that version; it is at <paramref name="expectedVersion"/> + 1 then.</returns>
    ValueTask<bool> TryUpdateAsync(MfaFactor factor, long expectedVersion, CancellationToken cancellationToken);

    /// <summary>
    /// Marks a factor as used (<see cref="MfaFactor.Counter"/>, <see cref="MfaFactor.AnsweredChallenges"/>, <see cref="MfaFactor.LastUsedAt"/>, <see cref="MfaFactor.ProtectedSecret"/>), if it is still at the version given, and
    /// in the same transaction clears the failures that <paramref name="clears"/> names.
    /// </summary>
    /// <param name="factor">The new values; its <see cref="MfaFactor.Version"/> is ignored.</param>
    /// <param name="expectedVersion">The version that the answer was checked against.</param>
    /// <param name="clears">Which failures the success clears.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether this call made the mark: of two that race, one wins.</returns>
    ValueTask<bool> TryUseFactorAsync(MfaFactor factor, long expectedVersion, FailureClearance clears, CancellationToken cancellationToken);

    /// <summary>Takes a recovery code, or an access code that hasn't expired, out of the store, and in the same transaction clears the failures that <paramref name="clears"/> names.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="codeHash">The keyed hash of the code.</param>
    /// <param name="clears">Which failures the success clears.</param>
    /// <param name="now">The time, UTC: kept as <see cref="MfaAccount.FactorsChangedAt"/>, which never goes back.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether this call took it; false where this user has no such code, any more or ever, or it has expired.</returns>
    ValueTask<bool> TryConsumeCodeAsync(MfaSubject subject, string codeHash, FailureClearance clears, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Puts a new set of recovery codes in the place of the old one, and clears the failures of recovery codes.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="codeHashes">Keyed hashes of the new codes.</param>
    /// <param name="now">The time, UTC: kept as <see cref="MfaAccount.FactorsChangedAt"/>, which never goes back.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False where the user has no factor: codes without a factor are never issued.</returns>
    ValueTask<bool> TryReplaceCodesAsync(MfaSubject subject, IReadOnlyList<string> codeHashes, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Removes a factor; with the last one the recovery codes go too.</summary>
    /// <param name="subject">The owner.</param>
    /// <param name="factorId">The factor's id.</param>
    /// <param name="now">The time, UTC: kept as <see cref="MfaAccount.FactorsChangedAt"/>, which never goes back.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether this call removed it; false where this user has no such factor.</returns>
    ValueTask<bool> TryRemoveFactorAsync(MfaSubject subject, string factorId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Takes everything of a user away: factors, recovery codes, access code, failure counts; and sets <see cref="MfaAccount.WasReset"/>.</summary>
    /// <param name="subject">The user; made known if the store didn't know them.</param>
    /// <param name="now">The time, UTC: kept as <see cref="MfaAccount.FactorsChangedAt"/>, which never goes back.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When it is done.</returns>
    ValueTask ResetAsync(MfaSubject subject, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Keeps an access code for a user, in the place of an earlier one; no other verb's recovery codes include it.</summary>
    /// <param name="subject">The user; made known if the store didn't know them.</param>
    /// <param name="codeHash">The keyed hash of the code.</param>
    /// <param name="expiresAt">Until when it can be used, UTC.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When it is kept.</returns>
    ValueTask SetAccessCodeAsync(MfaSubject subject, string codeHash, DateTimeOffset expiresAt, CancellationToken cancellationToken);

    /// <summary>Charges the account for one guess, before the guess is checked, unless it must wait.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="method">The method whose answer is about to be checked.</param>
    /// <param name="lane">The lane whose ladder is charged.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="limits">The ladder and the caps.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The charge, or how long the account must wait (nothing is charged then).</returns>
    ValueTask<ChargeResult> ChargeAsync(MfaSubject subject, string method, FailureLane lane, DateTimeOffset now, FailureLimits limits, CancellationToken cancellationToken);

    /// <summary>Gives a charge back, after an error of the infrastructure that was no wrong answer.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="charge">What <see cref="ChargeAsync"/> returned.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When it is given back.</returns>
    ValueTask RefundAsync(MfaSubject subject, Charge charge, CancellationToken cancellationToken);

    /// <summary>Reads what is kept of the user's sign-ins, in one round trip. The store doesn't look at the time: what has expired is there until it is swept.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The history; without data and at version 0 where none is kept.</returns>
    ValueTask<MfaStoredHistory> FindHistoryAsync(MfaSubject subject, CancellationToken cancellationToken);

    /// <summary>Keeps a user's history in the place of the one before, if that is still at the version given.</summary>
    /// <param name="subject">The user; made known if the store didn't know them.</param>
    /// <param name="data">The history, protected.</param>
    /// <param name="expectedVersion">The version that the change was made from; 0 for none: there must be none then.</param>
    /// <param name="expiresAt">From when the sweep may take it, UTC.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether this call wrote it: of two that race, one wins.</returns>
    ValueTask<bool> TryWriteHistoryAsync(MfaSubject subject, byte[] data, long expectedVersion, DateTimeOffset expiresAt, CancellationToken cancellationToken);

    /// <summary>Forgets a user's sign-ins. A write that was made from a version before it is refused afterwards, whatever was written since.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When it is done; also where there was nothing.</returns>
    ValueTask RemoveHistoryAsync(MfaSubject subject, CancellationToken cancellationToken);

    /// <summary>Reads the histories of all users, in any order, a few at a time; those that are written meanwhile may be in it or not.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The histories that are kept.</returns>
    IAsyncEnumerable<KeyValuePair<MfaSubject, MfaStoredHistory>> ReadHistoriesAsync(CancellationToken cancellationToken);

    /// <summary>Removes histories that have expired.</summary>
    /// <param name="now">The time, UTC.</param>
    /// <param name="atMost">How many: a sweep in small batches holds nobody up.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were removed; fewer than <paramref name="atMost"/> where none are left.</returns>
    ValueTask<int> RemoveExpiredHistoriesAsync(DateTimeOffset now, int atMost, CancellationToken cancellationToken);

    /// <summary>Reads the store's look-up key, or stores the one given if there is none yet.</summary>
    /// <param name="protectedCandidate">A new random key, protected.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The key of the store, still protected: the first one ever stored, whoever stored it.</returns>
    ValueTask<string> GetOrAddLookupKeyAsync(string protectedCandidate, CancellationToken cancellationToken);
}
