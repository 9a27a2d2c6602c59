using System.Runtime.CompilerServices;
using MfaMiddleware.Factors;
using Microsoft.EntityFrameworkCore;

namespace MfaMiddleware.EntityFrameworkCore;

internal sealed partial class EfFactorStore<TContext>
{
    private const int HistoriesAtOnce = 100;

    public async ValueTask<MfaStoredHistory> FindHistoryAsync(MfaSubject subject, CancellationToken cancellationToken) =>
        await runner.ReadAsync((db, token) => db.FindHistoryAsync(subject, token), cancellationToken);

    public async ValueTask<bool> TryWriteHistoryAsync(MfaSubject subject, byte[] data, long expectedVersion, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        if (expectedVersion != 0) return await runner.RunAsync((db, token) => db.TryUpdateHistoryAsync(subject, data, expectedVersion, expiresAt, token), cancellationToken);
        await EnsureAccountAsync(subject, cancellationToken);
        return await runner.RunAsync((db, token) => db.TryInsertHistoryAsync(subject, data, expiresAt, token), cancellationToken);
    }

    public async ValueTask RemoveHistoryAsync(MfaSubject subject, CancellationToken cancellationToken) =>
        await runner.RunAsync((db, token) => db.HistoryOf(subject).ExecuteDeleteAsync(token), cancellationToken);

    // By pages: a reader that stays open while the caller works would hold up every writer of a SQLite file without a write-ahead log.
    public async IAsyncEnumerable<KeyValuePair<MfaSubject, MfaStoredHistory>> ReadHistoriesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        MfaSubject? last = null;
        while (true)
        {
            var after = last;
            var page = await runner.ReadAsync((db, token) => db.ReadHistoriesAsync(after, HistoriesAtOnce, token), cancellationToken);
            foreach (var row in page)
            {
                last = new(row.Realm, row.Subject);
                yield return KeyValuePair.Create(last.Value, row.ToHistory());
            }

            if (page.Count < HistoriesAtOnce) yield break;
        }
    }

    public async ValueTask<int> RemoveExpiredHistoriesAsync(DateTimeOffset now, int atMost, CancellationToken cancellationToken) =>
        await runner.RunAsync((db, token) => db.RemoveExpiredHistoriesAsync(now, atMost, token), cancellationToken);
}
