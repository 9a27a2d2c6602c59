namespace MfaMiddleware.Policies;

/// <summary>The time that all policies of one decision have together.</summary>
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

    /// <summary>Asks a policy.</summary>
    /// <exception cref="OperationCanceledException">The time is over, or the request is.</exception>
    public async ValueTask<MfaDecision?> AskAsync(IMfaPolicy policy, MfaPolicyContext context)
    {
        var answer = policy.DecideAsync(context, _either.Token);
        var decision = answer.IsCompletedSuccessfully ? answer.Result : await WaitAsync(answer.AsTask()).ConfigureAwait(false);

        // One that blocks its thread can't be raced; what it says too late counts as little as if it had been.
        if (IsOver) throw new OperationCanceledException("The policy answered after its time.");
        return decision;
    }

    public void Dispose()
    {
        _either.Dispose();
        _timer.Dispose();
    }

    /// <summary>A policy that ignores its token doesn't hold the sign-in: it is left to itself.</summary>
    private async Task<MfaDecision?> WaitAsync(Task<MfaDecision?> answer)
    {
        try
        {
            return await answer.WaitAsync(_either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!answer.IsCompleted)
        {
            // Whatever it throws later has nobody to wait for it, and is no unobserved exception.
            _ = answer.ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw;
        }
    }
}
