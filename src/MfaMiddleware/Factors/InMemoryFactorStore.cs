using System.Collections.Concurrent;

namespace MfaMiddleware.Factors;

/// <summary>
/// The factor store of one process, for development and tests: nothing outlives a restart. One lock an account; what it holds is checked
/// and changed under it, so that each verb is one step.
/// </summary>
internal sealed class InMemoryFactorStore : IMfaFactorStore
{
    private readonly ConcurrentDictionary<MfaSubject, InMemoryAccount> _accounts = new();

    /// <summary>Factor ids and hashes are unique over all accounts, as a durable store's unique indexes make them.</summary>
    private readonly ConcurrentDictionary<string, byte> _taken = new(StringComparer.Ordinal);

    private string? _lookupKey;

    public ValueTask<MfaAccount> FindAsync(MfaSubject subject, CancellationToken cancellationToken) =>
        Run(subject, MfaAccount.Empty, account => account.Read(), cancellationToken);

    public ValueTask<bool> TryAddFirstFactorAsync(MfaFactor factor, IReadOnlyList<string> recoveryCodeHashes, DateTimeOffset now, CancellationToken cancellationToken) =>
        RunOrAdd(factor.Subject, account => account.TryAddFirst(factor, recoveryCodeHashes) && account.Changed(now), cancellationToken);

    public ValueTask<bool> TryAddFactorAsync(MfaFactor factor, int maxFactors, DateTimeOffset now, CancellationToken cancellationToken) =>
        RunOrAdd(factor.Subject, account => account.TryAdd(factor, maxFactors) && account.Changed(now), cancellationToken);

    public ValueTask<bool> TryUpdateAsync(MfaFactor factor, long expectedVersion, CancellationToken cancellationToken) =>
        Run(factor.Subject, false, account => account.TryUpdate(factor, expectedVersion), cancellationToken);

    public ValueTask<bool> TryUseFactorAsync(MfaFactor factor, long expectedVersion, FailureClearance clears, CancellationToken cancellationToken) =>
        Run(factor.Subject, false, account => account.TryUse(factor, expectedVersion, clears), cancellationToken);

    public ValueTask<bool> TryConsumeCodeAsync(MfaSubject subject, string codeHash, FailureClearance clears, DateTimeOffset now, CancellationToken cancellationToken) =>
        Run(subject, false, account => account.TryConsume(codeHash, clears, now) && account.Changed(now), cancellationToken);

    public ValueTask<bool> TryReplaceCodesAsync(MfaSubject subject, IReadOnlyList<string> codeHashes, DateTimeOffset now, CancellationToken cancellationToken) =>
        Run(subject, false, account => account.TryReplaceCodes(codeHashes) && account.Changed(now), cancellationToken);

    public ValueTask<bool> TryRemoveFactorAsync(MfaSubject subject, string factorId, DateTimeOffset now, CancellationToken cancellationToken) =>
        Run(subject, false, account => account.TryRemove(factorId) && account.Changed(now), cancellationToken);

    public async ValueTask ResetAsync(MfaSubject subject, DateTimeOffset now, CancellationToken cancellationToken) =>
        await RunOrAdd(subject, account => account.Reset() && account.Changed(now), cancellationToken);

    public async ValueTask SetAccessCodeAsync(MfaSubject subject, string codeHash, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        await RunOrAdd(subject, account => account.SetAccessCode(codeHash, expiresAt), cancellationToken);

    public ValueTask<ChargeResult> ChargeAsync(
        MfaSubject subject, string method, FailureLane lane, DateTimeOffset now, FailureLimits limits, CancellationToken cancellationToken) =>
        RunOrAdd(subject, account => account.Charge(method, lane, now, limits), cancellationToken);

    public async ValueTask RefundAsync(MfaSubject subject, Charge charge, CancellationToken cancellationToken) =>
        await Run(subject, false, account => account.Refund(charge), cancellationToken);

    public ValueTask<MfaStoredHistory> FindHistoryAsync(MfaSubject subject, CancellationToken cancellationToken) =>
        Run(subject, MfaStoredHistory.None, account => account.ReadHistory(), cancellationToken);

    public ValueTask<bool> TryWriteHistoryAsync(MfaSubject subject, byte[] data, long expectedVersion, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        RunOrAdd(subject, account => account.History.TryWrite(data, expectedVersion, expiresAt), cancellationToken);

    public async ValueTask RemoveHistoryAsync(MfaSubject subject, CancellationToken cancellationToken) =>
        await Run(subject, false, account => account.History.Remove(), cancellationToken);

    public IAsyncEnumerable<KeyValuePair<MfaSubject, MfaStoredHistory>> ReadHistoriesAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _accounts
            .Select(a => KeyValuePair.Create(a.Key, Locked(a.Value, account => account.ReadHistory())))
            .Where(h => h.Value.Data is not null)
            .ToAsyncEnumerable();
    }

    public ValueTask<int> RemoveExpiredHistoriesAsync(DateTimeOffset now, int atMost, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(_accounts.Values.Where(a => Locked(a, account => account.History.TryRemoveExpired(now))).Take(atMost).Count());
    }

    public ValueTask<string> GetOrAddLookupKeyAsync(string protectedCandidate, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Interlocked.CompareExchange(ref _lookupKey, protectedCandidate, null) ?? protectedCandidate);
    }

    private ValueTask<T> Run<T>(MfaSubject subject, T unknown, Func<InMemoryAccount, T> verb, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(_accounts.TryGetValue(subject, out var account) ? Locked(account, verb) : unknown);
    }

    private ValueTask<T> RunOrAdd<T>(MfaSubject subject, Func<InMemoryAccount, T> verb, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Locked(_accounts.GetOrAdd(subject, static (_, taken) => new InMemoryAccount(taken), _taken), verb));
    }

    private static T Locked<T>(InMemoryAccount account, Func<InMemoryAccount, T> verb)
    {
        lock (account.Lock) return verb(account);
    }
}
