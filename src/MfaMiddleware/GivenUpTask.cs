namespace MfaMiddleware;

/// <summary>Waits for work of the host's that may not look at its token.</summary>
internal static class GivenUpTask
{
    /// <summary>Waits until it is done, or is given up and left to itself: whatever it throws later has nobody to wait for it, and is no unobserved exception.</summary>
    public static async Task<T> WaitOrGiveUpAsync<T>(this Task<T> task, CancellationToken cancellationToken)
    {
        try
        {
            return await task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ = task.ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }
}
