namespace MfaMiddleware.TestKit.PendingSessions;

/// <summary>Parallel callers on threads of their own, let go at the same moment.</summary>
public static class PendingSessionRace
{
    public const int Callers = 64;

    public static async Task<T[]> RunAsync<T>(Func<int, ValueTask<T>> call)
    {
        using var gate = new Barrier(Callers);
        var tasks = Enumerable.Range(0, Callers).Select(i => Task.Factory.StartNew(
            async () =>
            {
                gate.SignalAndWait();
                return await call(i);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()).ToArray();
        return await Task.WhenAll(tasks);
    }
}
