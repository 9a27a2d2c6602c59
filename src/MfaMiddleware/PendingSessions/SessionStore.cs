namespace MfaMiddleware.PendingSessions;

/// <summary>The pending-session store under the time budget: what every stage uses.</summary>
internal sealed class SessionStore(IPendingSessionStore inner, StoreBudget budget) : IPendingSessionStore
{
    public ValueTask<CreateResult> CreateAsync(PendingSession session, PendingSessionLimits limits, CancellationToken cancellationToken) =>
        budget.RunAsync(ct => inner.CreateAsync(session, limits, ct), cancellationToken);

    public ValueTask<PendingSession?> FindAsync(string id, CancellationToken cancellationToken) =>
        budget.RunAsync(ct => inner.FindAsync(id, ct), cancellationToken);

    public ValueTask<PendingSession?> TrySpendAttemptAsync(string id, long version, CancellationToken cancellationToken) =>
        budget.RunAsync(ct => inner.TrySpendAttemptAsync(id, version, ct), cancellationToken);

    public ValueTask<PendingSession?> RejectAsync(string id, long version, byte[] secretHash, CancellationToken cancellationToken) =>
        budget.RunAsync(ct => inner.RejectAsync(id, version, secretHash, ct), cancellationToken);

    public ValueTask<bool> RefundAsync(string id, long version, CancellationToken cancellationToken) =>
        budget.RunAsync(ct => inner.RefundAsync(id, version, ct), cancellationToken);

    public ValueTask<PendingSession?> TryUpdateAsync(
        string id, long version, byte[]? state, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        budget.RunAsync(ct => inner.TryUpdateAsync(id, version, state, expiresAt, ct), cancellationToken);

    public ValueTask<bool> TryConsumeAsync(string id, long version, string? completedUrl, CancellationToken cancellationToken) =>
        budget.RunAsync(ct => inner.TryConsumeAsync(id, version, completedUrl, ct), cancellationToken);

    public ValueTask<bool> RemoveAsync(string id, CancellationToken cancellationToken) =>
        budget.RunAsync(ct => inner.RemoveAsync(id, ct), cancellationToken);
}
