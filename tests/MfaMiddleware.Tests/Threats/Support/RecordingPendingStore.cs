using System.Collections.Concurrent;
using MfaMiddleware.PendingSessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MfaMiddleware.Tests.Threats.Support;

/// <summary>The memory store, and all that was ever written to it: what a thief of the store would read. It can be made to fail.</summary>
internal sealed class RecordingPendingStore(TimeProvider time) : IPendingSessionStore, IDisposable
{
    private readonly InMemoryPendingSessionStore _inner = new(time);

    public ConcurrentQueue<PendingSession> Created { get; } = new();

    public ConcurrentQueue<byte[]> States { get; } = new();

    /// <summary>From now on each call fails, as with a server that is down.</summary>
    public bool IsDown { get; set; }

    public static void Use(IServiceCollection services) => services.Replace(ServiceDescriptor.Singleton<IPendingSessionStore, RecordingPendingStore>());

    /// <summary>Every field of every session, one byte a character.</summary>
    public IEnumerable<string> Dump() =>
        Created.SelectMany(s => new[] { Text(s.Payload), Text(s.SecretHash), s.Id, s.Network }).Concat(States.Select(Text));

    public ValueTask<CreateResult> CreateAsync(PendingSession session, PendingSessionLimits limits, CancellationToken cancellationToken)
    {
        Created.Enqueue(session);
        return Up().CreateAsync(session, limits, cancellationToken);
    }

    public ValueTask<PendingSession?> TryUpdateAsync(string id, long version, byte[]? state, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        if (state is not null) States.Enqueue(state);
        return Up().TryUpdateAsync(id, version, state, expiresAt, cancellationToken);
    }

    public ValueTask<PendingSession?> FindAsync(string id, CancellationToken cancellationToken) => Up().FindAsync(id, cancellationToken);

    public ValueTask<PendingSession?> TrySpendAttemptAsync(string id, long version, CancellationToken cancellationToken) =>
        Up().TrySpendAttemptAsync(id, version, cancellationToken);

    public ValueTask<PendingSession?> RejectAsync(string id, long version, byte[] secretHash, CancellationToken cancellationToken) =>
        Up().RejectAsync(id, version, secretHash, cancellationToken);

    public ValueTask<bool> RefundAsync(string id, long version, CancellationToken cancellationToken) => Up().RefundAsync(id, version, cancellationToken);

    public ValueTask<bool> TryConsumeAsync(string id, long version, string? completedUrl, CancellationToken cancellationToken) =>
        Up().TryConsumeAsync(id, version, completedUrl, cancellationToken);

    public ValueTask<bool> RemoveAsync(string id, CancellationToken cancellationToken) => Up().RemoveAsync(id, cancellationToken);

    public void Dispose() => _inner.Dispose();

    private InMemoryPendingSessionStore Up() => IsDown ? throw new TimeoutException("The server does not answer.") : _inner;

    private static string Text(byte[] bytes) => System.Text.Encoding.Latin1.GetString(bytes);
}
