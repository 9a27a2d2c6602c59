using System.Collections.Concurrent;

namespace MfaMiddleware.Faults.Tests.Histories;

/// <summary>Everything that the clients of a site sent and saw.</summary>
internal sealed class History
{
    private readonly ConcurrentQueue<Operation> _operations = new();
    private readonly ConcurrentQueue<FailureReading> _readings = new();
    private int _answers;

    public IReadOnlyList<Operation> Operations => [.. _operations];

    public IReadOnlyList<FailureReading> Readings => [.. _readings];

    /// <summary>How many answers there are, whatever became of them.</summary>
    public int Answers => Volatile.Read(ref _answers);

    public void Add(Operation operation)
    {
        _operations.Enqueue(operation);
        if (operation.IsAnswer) Interlocked.Increment(ref _answers);
    }

    public void Add(FailureReading reading) => _readings.Enqueue(reading);
}
