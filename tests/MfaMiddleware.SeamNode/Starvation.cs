namespace MfaMiddleware.SeamNode;

/// <summary>Keeps threads of the pool from everybody else, as code that blocks does.</summary>
internal sealed class Starvation : IDisposable
{
    private readonly ManualResetEventSlim _end = new();

    /// <summary>Returns when it has so many of them.</summary>
    public string Begin(int threads)
    {
        using var begun = new CountdownEvent(threads);
        for (var i = 0; i < threads; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    begun.Signal();
                    _end.Wait();
                },
                null);
        }

        return begun.Wait(TimeSpan.FromMinutes(1)) ? "starving" : "well";
    }

    public string End()
    {
        _end.Set();
        return "fed";
    }

    public void Dispose() => _end.Dispose();
}
