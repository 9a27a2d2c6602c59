using MfaMiddleware.Policies;
using MfaMiddleware.Telemetry;

namespace MvcSite.Decisions;

/// <summary>The last sign-ins with what was decided about them, in memory, for a page of Development; a real site writes its audit somewhere else.</summary>
public sealed class DecisionLog : IMfaEventSink
{
    private const int MaxEntries = 50;

    private readonly Lock _lock = new();
    private readonly LinkedList<Entry> _entries = new();

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Entry> Entries
    {
        get
        {
            lock (_lock) return [.. _entries];
        }
    }

    public ValueTask WriteAsync(MfaEvent mfaEvent, CancellationToken cancellationToken)
    {
        // Other events are not about a sign-in that was decided.
        if (mfaEvent is not { Decision: { } decision, Subject.Id: { } user })
            return ValueTask.CompletedTask;

        lock (_lock)
        {
            _entries.AddFirst(new Entry(user, mfaEvent.At, decision));
            if (_entries.Count > MaxEntries)
                _entries.RemoveLast();
        }

        return ValueTask.CompletedTask;
    }

    public sealed record Entry(string UserId, DateTimeOffset At, MfaDecision Decision);
}
