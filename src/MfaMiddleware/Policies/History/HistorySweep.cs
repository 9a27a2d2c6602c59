using MfaMiddleware.Factors;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Policies.History;

/// <summary>Removes histories that have expired, a few at a time, between two writes of the queue: once an hour, and on until none is left.</summary>
internal sealed partial class HistorySweep(FactorStore store, TimeProvider time, ILogger<HistorySweep> logger)
{
    private const int Batch = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    private DateTimeOffset _next = DateTimeOffset.MinValue;

    public async ValueTask RunWhenDueAsync()
    {
        var now = time.GetUtcNow();
        if (now < _next) return;
        _next = now + Pause;
        try
        {
            // A full batch may not be the last: the next entry of the queue goes on with it, and waits for no more than another.
            if (await store.RemoveExpiredHistoriesAsync(now, Batch, CancellationToken.None) >= Batch) _next = now;
        }
        catch (Exception e)
        {
            Log.NotSwept(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(241, LogLevel.Warning, "Expired sign-in histories could not be removed; it is tried again in an hour.")]
        public static partial void NotSwept(ILogger logger, Exception exception);
    }
}
