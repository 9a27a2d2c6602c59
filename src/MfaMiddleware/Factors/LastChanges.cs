using Microsoft.Extensions.Caching.Memory;

namespace MfaMiddleware.Factors;

/// <summary>
/// When a user's factors last changed, as this process last read it: spares each request of a session a read of the store. A change that is made
/// here is forgotten at once; one that another node makes is seen when the reading is too old.
/// </summary>
internal sealed class LastChanges(TimeProvider time) : IDisposable
{
    private const int MaxUsers = 50_000;

    /// <summary>How long a store that failed isn't asked again for the same user: each of their requests would wait for it.</summary>
    private static readonly TimeSpan FailureLifetime = TimeSpan.FromSeconds(5);

    private readonly MemoryCache _readings = new(new MemoryCacheOptions { SizeLimit = MaxUsers });

    /// <returns>Null where there is no reading that is young enough.</returns>
    public Reading? Find(MfaSubject subject, TimeSpan maxAge) =>
        _readings.TryGetValue(subject, out Reading? reading) && time.GetElapsedTime(reading!.ReadAt) < (reading.IsKnown ? maxAge : FailureLifetime) ? reading : null;

    public Reading Keep(MfaSubject subject, DateTimeOffset? changedAt) => Set(subject, new Reading(changedAt, true, time.GetTimestamp()));

    public Reading KeepFailure(MfaSubject subject) => Set(subject, new Reading(null, false, time.GetTimestamp()));

    public void Forget(MfaSubject subject) => _readings.Remove(subject);

    public void Dispose() => _readings.Dispose();

    private Reading Set(MfaSubject subject, Reading reading) => _readings.Set(subject, reading, new MemoryCacheEntryOptions { Size = 1 });

    /// <summary>What was read.</summary>
    /// <param name="ChangedAt">Null where the factors never changed.</param>
    /// <param name="IsKnown">False where the store failed.</param>
    /// <param name="ReadAt">A timestamp of the time provider's.</param>
    public sealed record Reading(DateTimeOffset? ChangedAt, bool IsKnown, long ReadAt);
}
