using System.Security.Cryptography;
using MfaMiddleware.EntityFrameworkCore.Model;
using MfaMiddleware.Factors;
using Microsoft.EntityFrameworkCore;

namespace MfaMiddleware.EntityFrameworkCore;

/// <summary>The statements on the histories of sign-ins.</summary>
internal static class HistoryRows
{
    /// <summary>One statement, from the account's row: a user without one has no history either.</summary>
    public static async Task<MfaStoredHistory> FindHistoryAsync(this DbContext db, MfaSubject subject, CancellationToken cancellationToken) =>
        (await db.AccountOf(subject).ToHistories().SingleOrDefaultAsync(cancellationToken))?.ToHistory() ?? MfaStoredHistory.None;

    /// <summary>The next histories in the order of their keys.</summary>
    public static Task<List<HistoryRow>> ReadHistoriesAsync(this DbContext db, MfaSubject? after, int atMost, CancellationToken cancellationToken)
    {
        var accounts = db.Set<MfaAccountEntity>().IgnoreQueryFilters().AsNoTracking().Where(a => a.History != null);
        if (after is { } last)
        {
#pragma warning disable CA1309 // by the rules of the column, as the database sorts it
            accounts = accounts.Where(a => string.Compare(a.Realm, last.Realm) > 0 || (a.Realm == last.Realm && string.Compare(a.Subject, last.Id) > 0));
#pragma warning restore CA1309
        }

        return accounts.OrderBy(a => a.Realm).ThenBy(a => a.Subject).Take(atMost).ToHistories().ToListAsync(cancellationToken);
    }

    public static async Task<bool> TryUpdateHistoryAsync(
        this DbContext db, MfaSubject subject, byte[] data, long expectedVersion, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        var end = expiresAt.UtcTicks;
        return await db.HistoryOf(subject).Where(h => h.Version == expectedVersion).ExecuteUpdateAsync(
            set => set
                .SetProperty(h => h.Data, data)
                .SetProperty(h => h.ExpiresAt, end)
                .SetProperty(h => h.Version, expectedVersion + 1),
            cancellationToken) == 1;
    }

    /// <summary>Inserts the history of a user whose account exists; of two that race, the key lets one in.</summary>
    public static async Task<bool> TryInsertHistoryAsync(
        this DbContext db, MfaSubject subject, byte[] data, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        for (var isAgain = false; ; isAgain = true)
        {
            if (await db.HistoryOf(subject).AnyAsync(cancellationToken)) return false;
            try
            {
                db.Add(new MfaHistoryEntity { Realm = subject.Realm, Subject = subject.Id, Data = data, Version = FirstVersion(), ExpiresAt = expiresAt.UtcTicks });
                await db.SaveChangesAsync(cancellationToken);
                return true;
            }
            catch (DbUpdateException) when (!isAgain)
            {
                // Another caller was first, and the next turn sees it; any other reason is an error of the infrastructure, and comes again.
                db.ChangeTracker.Clear();
            }
        }
    }

    /// <summary>One statement. The time is asked of the row itself too: a history that is written meanwhile stays.</summary>
    public static Task<int> RemoveExpiredHistoriesAsync(this DbContext db, DateTimeOffset now, int atMost, CancellationToken cancellationToken)
    {
        var ticks = now.UtcTicks;
        var expired = db.Histories().Where(h => h.ExpiresAt <= ticks);
        var oldest = expired.OrderBy(h => h.ExpiresAt).Take(atMost);
        return expired.Where(h => oldest.Any(o => o.Realm == h.Realm && o.Subject == h.Subject)).ExecuteDeleteAsync(cancellationToken);
    }

    public static IQueryable<MfaHistoryEntity> HistoryOf(this DbContext db, MfaSubject subject) =>
        db.Histories().Where(h => h.Realm == subject.Realm && h.Subject == subject.Id);

    private static IQueryable<MfaHistoryEntity> Histories(this DbContext db) => db.Set<MfaHistoryEntity>().IgnoreQueryFilters().AsNoTracking();

    private static IQueryable<HistoryRow> ToHistories(this IQueryable<MfaAccountEntity> accounts) =>
        accounts.Select(a => new HistoryRow(a.Realm, a.Subject, a.FactorsChangedAt, a.History!.Data, (long?)a.History.Version));

    // Half of the numbers are left to count up.
    private static long FirstVersion() => 1 + (BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & (long.MaxValue >> 1));

    /// <summary>An account's row with its history, which may not be there.</summary>
    public sealed record HistoryRow(string Realm, string Subject, long FactorsChangedAt, byte[]? Data, long? Version)
    {
        public MfaStoredHistory ToHistory() => new(Data, Version ?? 0, FactorMapping.ToChangeTime(FactorsChangedAt));
    }
}
