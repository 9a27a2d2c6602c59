using System.Runtime.CompilerServices;

namespace MfaMiddleware.Factors;

/// <summary>The host's factor store under the time budget: what every stage uses. What this process changes, it doesn't remember otherwise.</summary>
internal sealed class FactorStore(IMfaFactorStore inner, StoreBudget budget, LastChanges changes) : IMfaFactorStore
{
    public const string Missing =
        "AddMfa() has no factor store. Add one, for example: builder.Services.AddMfa().AddEntityFrameworkStores(o => o.UseSqlite(\"Data Source=mfa.db\")); " +
        "or, for a first try in Development only: .AddInMemoryFactorStore().";

    public ValueTask<MfaAccount> FindAsync(MfaSubject subject, CancellationToken cancellationToken) =>
        budget.RunAsync(ct => inner.FindAsync(subject, ct), cancellationToken);

    public ValueTask<bool> TryAddFirstFactorAsync(MfaFactor factor, IReadOnlyList<string> recoveryCodeHashes, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(factor.Subject, ct => inner.TryAddFirstFactorAsync(factor, recoveryCodeHashes, now, ct), cancellationToken);

    public ValueTask<bool> TryAddFactorAsync(MfaFactor factor, int maxFactors, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(factor.Subject, ct => inner.TryAddFactorAsync(factor, maxFactors, now, ct), cancellationToken);

    public ValueTask<bool> TryUpdateAsync(MfaFactor factor, long expectedVersion, CancellationToken cancellationToken) =>
        budget.RunAsync(ct => inner.TryUpdateAsync(factor, expectedVersion, ct), cancellationToken);

    public ValueTask<bool> TryUseFactorAsync(MfaFactor factor, long expectedVersion, FailureClearance clears, CancellationToken cancellationToken) =>
        budget.RunAsync(ct => inner.TryUseFactorAsync(factor, expectedVersion, clears, ct), cancellationToken);

    public ValueTask<bool> TryConsumeCodeAsync(MfaSubject subject, string codeHash, FailureClearance clears, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(subject, ct => inner.TryConsumeCodeAsync(subject, codeHash, clears, now, ct), cancellationToken);

    public ValueTask<bool> TryReplaceCodesAsync(MfaSubject subject, IReadOnlyList<string> codeHashes, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(subject, ct => inner.TryReplaceCodesAsync(subject, codeHashes, now, ct), cancellationToken);

    public ValueTask<bool> TryRemoveFactorAsync(MfaSubject subject, string factorId, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(subject, ct => inner.TryRemoveFactorAsync(subject, factorId, now, ct), cancellationToken);

    public async ValueTask ResetAsync(MfaSubject subject, DateTimeOffset now, CancellationToken cancellationToken) =>
        await ChangeAsync(
            subject,
            async ct =>
            {
                await inner.ResetAsync(subject, now, ct);
                return true;
            },
            cancellationToken);

    public async ValueTask SetAccessCodeAsync(MfaSubject subject, string codeHash, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        await budget.RunAsync(
            async ct =>
            {
                await inner.SetAccessCodeAsync(subject, codeHash, expiresAt, ct);
                return true;
            },
            cancellationToken);

    public ValueTask<ChargeResult> ChargeAsync(
        MfaSubject subject, string method, FailureLane lane, DateTimeOffset now, FailureLimits limits, CancellationToken cancellationToken) =>
        budget.RunAsync(ct => inner.ChargeAsync(subject, method, lane, now, limits, ct), cancellationToken);

    public async ValueTask RefundAsync(MfaSubject subject, Charge charge, CancellationToken cancellationToken) =>
        await budget.RunAsync(
            async ct =>
            {
                await inner.RefundAsync(subject, charge, ct);
                return true;
            },
            cancellationToken);

    public ValueTask<MfaStoredHistory> FindHistoryAsync(MfaSubject subject, CancellationToken cancellationToken) =>
        budget.RunAsync(ct => inner.FindHistoryAsync(subject, ct), cancellationToken);

    public ValueTask<bool> TryWriteHistoryAsync(MfaSubject subject, byte[] data, long expectedVersion, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        budget.RunAsync(ct => inner.TryWriteHistoryAsync(subject, data, expectedVersion, expiresAt, ct), cancellationToken);

    public async ValueTask RemoveHistoryAsync(MfaSubject subject, CancellationToken cancellationToken) =>
        await budget.RunAsync(
            async ct =>
            {
                await inner.RemoveHistoryAsync(subject, ct);
                return true;
            },
            cancellationToken);

    /// <summary>Each step has the time of a verb, however many there are.</summary>
    public async IAsyncEnumerable<KeyValuePair<MfaSubject, MfaStoredHistory>> ReadHistoriesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var histories = inner.ReadHistoriesAsync(ending.Token).GetAsyncEnumerator(ending.Token);
        var step = Task.FromResult(true);
        try
        {
            while (await budget.RunAsync(_ => new ValueTask<bool>(step = histories.MoveNextAsync().AsTask()), cancellationToken)) yield return histories.Current;
        }
        finally
        {
            // A step that ran out of time may still be under way, and nothing can be disposed under it; nobody waits for it either.
            await ending.CancelAsync();
            if (step.IsCompleted) await histories.DisposeAsync();
            else _ = DisposeAfterAsync(step, histories);
        }
    }

    public ValueTask<int> RemoveExpiredHistoriesAsync(DateTimeOffset now, int atMost, CancellationToken cancellationToken) =>
        budget.RunAsync(ct => inner.RemoveExpiredHistoriesAsync(now, atMost, ct), cancellationToken);

    public ValueTask<string> GetOrAddLookupKeyAsync(string protectedCandidate, CancellationToken cancellationToken) =>
        budget.RunAsync(ct => inner.GetOrAddLookupKeyAsync(protectedCandidate, ct), cancellationToken);

    private static async Task DisposeAfterAsync(Task step, IAsyncDisposable histories)
    {
        await step.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await histories.DisposeAsync();
    }

    private async ValueTask<bool> ChangeAsync(MfaSubject subject, Func<CancellationToken, ValueTask<bool>> change, CancellationToken cancellationToken)
    {
        try
        {
            return await budget.RunAsync(change, cancellationToken);
        }
        finally
        {
            // After a failure too: whether the change was made is not known then.
            changes.Forget(subject);
        }
    }
}
