using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Telemetry;

/// <summary>
/// A sink of the host, kept from holding anybody up: it runs on threads of its own, and a caller waits for a quarter of a second at most. While a write
/// hangs nobody waits at all, and no further thread is risked; the events queue, within bounds, and go out once the sink takes them.
/// </summary>
internal sealed partial class GuardedSink(IMfaEventSink sink, TimeProvider time, ILogger logger) : IDisposable
{
    public const int MaxWaiting = 10_000;
    public const int MaxAtOnce = 16;
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _turns = new(MaxAtOnce);
    private readonly ConcurrentQueue<MfaEvent> _held = new();
    private int _waiting;
    private int _hanging;

    /// <summary>Whether the host has registered it for the audit; notices to owners are none.</summary>
    public bool IsAudit => sink is not OwnerNotices;

    /// <summary>Hands an event over, if need be later; without an exception, whatever becomes of it.</summary>
    public async Task WriteAsync(MfaEvent mfaEvent)
    {
        if (Volatile.Read(ref _hanging) > 0)
        {
            Hold(mfaEvent);
            return;
        }

        var writing = TryWriteAsync(mfaEvent, CancellationToken.None);
        try
        {
            await writing.WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            Log.SinkHangs(logger, sink.GetType().Name, mfaEvent.Name);
            Interlocked.Increment(ref _hanging);
            _ = ReleaseAsync(writing);
        }
    }

    /// <summary>Hands an event over.</summary>
    /// <returns>Whether the sink took it.</returns>
    public Task<bool> TryWriteAsync(MfaEvent mfaEvent, CancellationToken cancellationToken)
    {
        return HasRoom(mfaEvent) ? Task.Run(() => WriteInTurnAsync(mfaEvent, cancellationToken), CancellationToken.None) : Task.FromResult(false);
    }

    /// <summary>When what waits now is written.</summary>
    public async Task DrainAsync()
    {
        await HandOverAsync();
        for (var i = 0; i < MaxAtOnce; i++) await _turns.WaitAsync();
    }

    public void Dispose() => _turns.Dispose();

    private void Hold(MfaEvent mfaEvent)
    {
        if (!HasRoom(mfaEvent)) return;
        _held.Enqueue(mfaEvent);
        // It may have come back just now, and handed over what was held then.
        if (Volatile.Read(ref _hanging) == 0) _ = HandOverAsync();
    }

    private bool HasRoom(MfaEvent mfaEvent)
    {
        if (Interlocked.Increment(ref _waiting) <= MaxWaiting) return true;
        Interlocked.Decrement(ref _waiting);
        Log.SinkFull(logger, sink.GetType().Name, mfaEvent.Name);
        return false;
    }

    private async Task HandOverAsync()
    {
        while (_held.TryDequeue(out var held))
        {
            Interlocked.Decrement(ref _waiting);
            await TryWriteAsync(held, CancellationToken.None);
        }
    }

    private async Task<bool> WriteInTurnAsync(MfaEvent mfaEvent, CancellationToken cancellationToken)
    {
        try
        {
            // So many at once and no more: a sink that blocks its thread doesn't take all that the app has.
            await _turns.WaitAsync(cancellationToken);
            try
            {
                await sink.WriteAsync(mfaEvent, cancellationToken);
                return true;
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (Exception e)
        {
            // The sink is the host's: its failure is loud, and doesn't decide who signs in unless the host says so (AuditRequired).
            Log.SinkFailed(logger, e, mfaEvent.Name);
            return false;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task ReleaseAsync(Task writing)
    {
        await writing;
        if (Interlocked.Decrement(ref _hanging) == 0) await HandOverAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(1202, LogLevel.Error, "An event sink failed on {Event}.")]
        public static partial void SinkFailed(ILogger logger, Exception exception, string @event);

        [LoggerMessage(1203, LogLevel.Warning, "The event sink {Sink} hangs on {Event}. Nobody waits for it; its events queue in memory until it takes them.")]
        public static partial void SinkHangs(ILogger logger, string sink, string @event);

        [LoggerMessage(1204, LogLevel.Error, "The queue of the event sink {Sink} is full: {Event} was not handed to it.")]
        public static partial void SinkFull(ILogger logger, string sink, string @event);
    }
}
