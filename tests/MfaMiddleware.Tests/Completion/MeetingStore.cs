using MfaMiddleware.PendingSessions;

namespace MfaMiddleware.Tests.Completion;

/// <summary>Pending sessions in memory, where so many who look for one wait for each other: nobody is first by luck.</summary>
internal sealed class MeetingStore(TimeProvider clock) : IPendingSessionStore, IDisposable
{
    private readonly InMemoryPendingSessionStore _inner = new(clock);
    private readonly TaskCompletionSource _met = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _missing;

    /// <summary>The next so many meet.</summary>
    public int Expected
    {
        set => _missing = value;
    }

    public async ValueTask<PendingSession?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var found = await _inner.FindAsync(id, cancellationToken);
        var missing = Interlocked.Decrement(ref _missing);
        if (missing == 0) _met.SetResult();
        if (missing >= 0) await _met.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        return found;
    }

    public ValueTask<CreateResult> CreateAsync(PendingSession session, PendingSessionLimits limits, CancellationToken cancellationToken) => _inner.CreateAsync(session, limits, cancellationToken);

    public ValueTask<PendingSession?> TrySpendAttemptAsync(string id, long version, CancellationToken cancellationToken) => _inner.TrySpendAttemptAsync(id, version, cancellationToken);

    public ValueTask<PendingSession?> RejectAsync(string id, long version, byte[] secretHash, CancellationToken cancellationToken) => _inner.RejectAsync(id, version, secretHash, cancellationToken);

    public ValueTask<bool> RefundAsync(string id, long version, CancellationToken cancellationToken) => _inner.RefundAsync(id, version, cancellationToken);

    public ValueTask<PendingSession?> TryUpdateAsync(string id, long version, byte[]? state, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        _inner.TryUpdateAsync(id, version, state, expiresAt, cancellationToken);

    public ValueTask<bool> TryConsumeAsync(string id, long version, string? completedUrl, CancellationToken cancellationToken) => _inner.TryConsumeAsync(id, version, completedUrl, cancellationToken);

    public ValueTask<bool> RemoveAsync(string id, CancellationToken cancellationToken) => _inner.RemoveAsync(id, cancellationToken);

    public void Dispose() => _inner.Dispose();
}
