using MfaMiddleware.Factors;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Policies.History;

/// <summary>
/// Reads and changes the histories of users. A change is a function that is applied to the newest record under a conditional write, so that
/// none is lost, a revocation least of all.
/// </summary>
internal sealed partial class HistoryKeeper(FactorStore store, HistoryProtector protector, MfaSettings settings, TimeProvider time, ILogger<HistoryKeeper> logger) : IDisposable
{
    private const int MaxConflicts = 10;
    private const int MaxOpenedBytes = 32 * 1024 * 1024;
    private const int BytesBeside = 1024;
    private const int Lines = 256;

    /// <summary>What was deleted on another node leaves this one's memory too.</summary>
    private static readonly TimeSpan Unused = TimeSpan.FromHours(1);

    // Opened records: a version never comes twice, so one that is still the store's needn't be opened again. By their bytes: one may be a hundred times another.
    private readonly MemoryCache _opened = new(new MemoryCacheOptions { SizeLimit = MaxOpenedBytes });

    // This node's changes of one user go one after the other: only another node can be faster, and seldom ten times.
    private readonly SemaphoreSlim[] _lines = [.. Enumerable.Range(0, Lines).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Reads a user's history, in one round trip.</summary>
    /// <exception cref="MfaUnavailableException">The store doesn't answer.</exception>
    public async ValueTask<LoadedHistory> LoadAsync(MfaSubject subject, CancellationToken cancellationToken)
    {
        var stored = await store.FindHistoryAsync(subject, cancellationToken);
        return new LoadedHistory(Open(subject, stored), stored.Version, stored.FactorsChangedAt);
    }

    /// <summary>Changes a user's history.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="change">Makes the new history of the newest one; null or the same where nothing is to change.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it is changed; false where others were faster too often.</returns>
    public Task<bool> ChangeAsync(MfaSubject subject, Func<SignInHistory, SignInHistory?> change, CancellationToken cancellationToken) =>
        ChangeLoadedAsync(subject, loaded => change(loaded.History), cancellationToken);

    /// <summary>The same, where it matters when the user's factors last changed.</summary>
    public async Task<bool> ChangeLoadedAsync(MfaSubject subject, Func<LoadedHistory, SignInHistory?> change, CancellationToken cancellationToken)
    {
        var line = _lines[(uint)subject.GetHashCode() % Lines];
        // Behind a store that hangs nobody waits for long: without a place in the line the write is as safe, and may lose more often.
        var isInLine = await line.WaitAsync(settings.Current.StoreTimeout, cancellationToken);
        try
        {
            return await ChangeInLineAsync(subject, change, cancellationToken);
        }
        finally
        {
            if (isInLine) line.Release();
        }
    }

    /// <summary>Forgets a user's history: networks, devices, decisions.</summary>
    public async Task RemoveAsync(MfaSubject subject, CancellationToken cancellationToken)
    {
        await store.RemoveHistoryAsync(subject, cancellationToken);
        _opened.Remove(subject);
    }

    /// <summary>All histories, one after the other.</summary>
    public async IAsyncEnumerable<(MfaSubject Subject, SignInHistory History)> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (subject, stored) in store.ReadHistoriesAsync(cancellationToken))
        {
            if (stored.Data is { } data && protector.Unprotect(subject, data) is { } history) yield return (subject, history);
        }
    }

    public void Dispose()
    {
        _opened.Dispose();
        foreach (var line in _lines) line.Dispose();
    }

    private async Task<bool> ChangeInLineAsync(MfaSubject subject, Func<LoadedHistory, SignInHistory?> change, CancellationToken cancellationToken)
    {
        for (var conflicts = 0; conflicts < MaxConflicts; conflicts++)
        {
            var loaded = await LoadAsync(subject, cancellationToken);
            if (change(loaded) is not { } changed || ReferenceEquals(changed, loaded.History)) return true;
            if (await WriteAsync(subject, changed, loaded.Version, cancellationToken)) return true;
        }

        Log.Contended(logger);
        return false;
    }

    private async Task<bool> WriteAsync(MfaSubject subject, SignInHistory changed, long version, CancellationToken cancellationToken)
    {
        var (now, keep) = (time.GetUtcNow(), settings.Current.Policy.History.Retention);
        return await store.TryWriteHistoryAsync(subject, protector.Protect(subject, changed.Since(now - keep)), version, now + keep, cancellationToken);
    }

    private SignInHistory Open(MfaSubject subject, MfaStoredHistory stored)
    {
        if (stored.Data is not { } data) return SignInHistory.Empty;
        if (_opened.TryGetValue(subject, out Opened? known) && known!.Version == stored.Version) return known.History;

        // Fail closed: what doesn't open is no history, so that nothing is known of this user and they are asked.
        if (protector.Unprotect(subject, data) is not { } history)
        {
            Log.Unreadable(logger);
            return SignInHistory.Empty;
        }

        _opened.Set(subject, new Opened(stored.Version, history), new MemoryCacheEntryOptions { Size = data.Length + BytesBeside, SlidingExpiration = Unused });
        return history;
    }

    private sealed record Opened(long Version, SignInHistory History);

    private static partial class Log
    {
        [LoggerMessage(220, LogLevel.Warning, "A user's sign-in history could not be opened and begins anew: the user is asked for a second factor once more.")]
        public static partial void Unreadable(ILogger logger);

        [LoggerMessage(221, LogLevel.Warning, "A user's sign-in history changes faster than it can be written; one entry was left out.")]
        public static partial void Contended(ILogger logger);
    }
}
