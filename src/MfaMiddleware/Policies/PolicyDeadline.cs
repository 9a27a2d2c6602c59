namespace MfaMiddleware.Policies;

/// <summary>The time that all policies, or all signals, of one decision have together.</summary>
internal sealed class PolicyDeadline : IDisposable
{
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _clock;
    private readonly long _started;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _either;

    public PolicyDeadline(TimeSpan timeout, TimeProvider clock, CancellationToken request)
    {
        _timeout = timeout;
        _clock = clock;
        _started = clock.GetTimestamp();
        _timer = new CancellationTokenSource(timeout, clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(request, _timer.Token);
    }

    /// <summary>Whether the time is over. Measured, for a timer may lag on a busy machine.</summary>
    public bool IsOver => _timer.IsCancellationRequested || _clock.GetElapsedTime(_started) >= _timeout;

    /// <summary>Asks a policy or a signal.</summary>
    /// <exception cref="OperationCanceledException">The time is over, or the request is.</exception>
    public async ValueTask<T> AskAsync<T>(Func<CancellationToken, ValueTask<T>> question)
    {
        var asked = question(_either.Token);
        var answer = asked.IsCompletedSuccessfully ? asked.Result : await asked.AsTask().WaitOrGiveUpAsync(_either.Token).ConfigureAwait(false);

        // Code that blocks its thread can't be raced; what it says too late counts as little as if it had been.
        if (IsOver) throw new OperationCanceledException("The answer came after its time.");
        return answer;
    }

    public void Dispose()
    {
        _either.Dispose();
        _timer.Dispose();
    }
}
