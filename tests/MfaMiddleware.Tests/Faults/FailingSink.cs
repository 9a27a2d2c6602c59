using System.Collections.Concurrent;
using MfaMiddleware.Telemetry;

namespace MfaMiddleware.Tests.Faults;

/// <summary>How a sink is in trouble.</summary>
public enum SinkFault
{
    Throws,

    /// <summary>It doesn't return, and ignores its token.</summary>
    Hangs,

    /// <summary>It keeps the thread that called it.</summary>
    Blocks,
}

/// <summary>An audit that works until a test breaks it, and takes all that waits once it is healed.</summary>
internal sealed class FailingSink : IMfaEventSink, IDisposable
{
    private readonly ConcurrentQueue<MfaEvent> _taken = new();
    private readonly ManualResetEventSlim _healed = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Trouble? _trouble;

    public IReadOnlyCollection<MfaEvent> Taken => _taken;

    public async ValueTask WriteAsync(MfaEvent mfaEvent, CancellationToken cancellationToken)
    {
        if (_trouble is { } trouble && (trouble.Only is null || trouble.Only == mfaEvent.Name))
        {
            if (trouble.Fault == SinkFault.Throws) throw new InvalidOperationException("The audit is out of order.");
            if (trouble.Fault == SinkFault.Blocks) _healed.Wait(CancellationToken.None);
            else await _released.Task;
        }

        _taken.Enqueue(mfaEvent);
    }

    /// <param name="fault">What becomes of its writes.</param>
    /// <param name="only">The one event that it can't take; null for all.</param>
    public void Break(SinkFault fault, string? only = null) => _trouble = new Trouble(fault, only);

    /// <summary>For good: what hangs goes on.</summary>
    public void Heal()
    {
        _trouble = null;
        _healed.Set();
        _released.TrySetResult();
    }

    public void Dispose() => _healed.Dispose();

    private sealed record Trouble(SinkFault Fault, string? Only);
}
