namespace MfaMiddleware.Faults.Tests.Visitors;

/// <summary>Where visitors with an open challenge wait while it is closed, so that all their answers can be sent at once.</summary>
internal sealed class Gate
{
    private volatile TaskCompletionSource? _closed;
    private int _waiting;

    public int Waiting => Volatile.Read(ref _waiting);

    public void Close() => _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open()
    {
        var closed = _closed;
        _closed = null;
        closed?.SetResult();
    }

    public async Task PassAsync()
    {
        if (_closed is not { } closed) return;
        Interlocked.Increment(ref _waiting);
        await closed.Task;
        Interlocked.Decrement(ref _waiting);
    }
}
