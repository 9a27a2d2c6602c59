namespace MfaMiddleware.Tests.Policies.Signals;

/// <summary>Measures what a piece of work allocates.</summary>
internal static class Allocations
{
    /// <summary>The least of some rounds: what the work itself allocates is in each, what a collection or the compiler adds is not.</summary>
    public static long LeastOf(Action work)
    {
        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
