using System.Runtime.CompilerServices;
using MfaMiddleware.EntityFrameworkCore.Model;
using MfaMiddleware.Factors;
using Microsoft.EntityFrameworkCore;

namespace MfaMiddleware.EntityFrameworkCore;

/// <summary>The factor store in a relational database. Every change is a conditional statement, or a transaction that starts with one.</summary>
internal sealed class EfFactorStore<TContext>(StoreRunner<TContext> runner) : IMfaFactorStore
    where TContext : DbContext
{
    private const int HistoriesAtOnce = 100;

    public async ValueTask<MfaAccount> FindAsync(MfaSubject subject, CancellationToken cancellationToken)
    {
        // One statement, so that factors and codes are of one moment.
        var found = await runner.ReadAsync(
            (db, token) => db.AccountOf(subject).AsSingleQuery()
                .Select(a => new
                {
                    a.FactorsChangedAt,
                    a.WasReset,
                    Factors = a.Factors.OrderBy(f => f.CreatedAt).ThenBy(f => f.Id).ToList(),
                    Codes = a.RecoveryCodes.Count(c => c.ExpiresAt == null),
                    AccessCode = a.RecoveryCodes.Max(c => c.ExpiresAt),
                })
                .SingleOrDefaultAsync(token),
            cancellationToken);
        if (found is null) return MfaAccount.Empty;
        return new MfaAccount([.. found.Factors.Select(f => f.ToFactor())], found.Codes)
        {
            FactorsChangedAt = FactorMapping.ToChangeTime(found.FactorsChangedAt),
            AccessCodeExpiresAt = FactorMapping.ToTime(found.AccessCode),
            WasReset = found.WasReset,
        };
    }

    public async ValueTask<bool> TryAddFirstFactorAsync(MfaFactor factor, IReadOnlyList<string> recoveryCodeHashes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await EnsureAccountAsync(factor.Subject, cancellationToken);
        return await AddAsync(
            factor,
            async (db, token) =>
            {
                if (!await db.TryLockChangingAccountAsync(factor.Subject, now, token)) return false;
                if (await db.FactorsOf(factor.Subject).AnyAsync(token) || await db.RecoveryCodesOf(factor.Subject).AnyAsync(token)) return false;
                await db.AccountOf(factor.Subject).ExecuteUpdateAsync(set => set.SetProperty(a => a.WasReset, false), token);
                db.Add(factor.ToNewRow());
                await db.InsertCodesAsync(factor.Subject, recoveryCodeHashes, token);
                return true;
            },
            cancellationToken);
    }

    public async ValueTask<bool> TryAddFactorAsync(MfaFactor factor, int maxFactors, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await EnsureAccountAsync(factor.Subject, cancellationToken);
        return await AddAsync(
            factor,
            async (db, token) =>
            {
                if (!await db.TryLockChangingAccountAsync(factor.Subject, now, token)) return false;
                if (await db.FactorsOf(factor.Subject).CountAsync(token) >= maxFactors) return false;
                db.Add(factor.ToNewRow());
                await db.SaveChangesAsync(token);
                return true;
            },
            cancellationToken);
    }

    public async ValueTask<bool> TryUpdateAsync(MfaFactor factor, long expectedVersion, CancellationToken cancellationToken) =>
        await runner.RunAsync(
            (db, token) => db.FactorsOf(factor.Subject).Where(f => f.Id == factor.Id && f.Version == expectedVersion).ExecuteUpdateAsync(
                set => set
                    .SetProperty(f => f.Name, factor.Name)
                    .SetProperty(f => f.ProtectedSecret, factor.ProtectedSecret)
                    .SetProperty(f => f.Version, expectedVersion + 1),
                token),
            cancellationToken) == 1;

    public async ValueTask<bool> TryUseFactorAsync(MfaFactor factor, long expectedVersion, FailureClearance clears, CancellationToken cancellationToken) =>
        await runner.RunInTransactionAsync(
            async (db, token) =>
            {
                if (!await db.TryLockAccountAsync(factor.Subject, token)) return false;
                if (!await TryMarkAsync(db, factor, expectedVersion, token)) return false;
                await db.ChangeFailuresAsync(factor.Subject, failures => failures.Clear(clears), token);
                return true;
            },
            cancellationToken);

    public async ValueTask<bool> TryConsumeCodeAsync(MfaSubject subject, string codeHash, FailureClearance clears, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ticks = now.UtcTicks;
        return await runner.RunInTransactionAsync(
            async (db, token) =>
            {
                if (!await db.TryLockChangingAccountAsync(subject, now, token)) return false;
                if (await db.CodesOf(subject).Where(c => c.Hash == codeHash && (c.ExpiresAt == null || c.ExpiresAt > ticks)).ExecuteDeleteAsync(token) != 1) return false;
                await db.ChangeFailuresAsync(subject, failures => failures.Clear(clears), token);
                return true;
            },
            cancellationToken);
    }

    public async ValueTask<bool> TryReplaceCodesAsync(MfaSubject subject, IReadOnlyList<string> codeHashes, DateTimeOffset now, CancellationToken cancellationToken) =>
        await runner.RunInTransactionAsync(
            async (db, token) =>
            {
                if (!await db.TryLockChangingAccountAsync(subject, now, token)) return false;
                if (!await db.FactorsOf(subject).AnyAsync(token)) return false;
                await db.RecoveryCodesOf(subject).ExecuteDeleteAsync(token);
                await db.InsertCodesAsync(subject, codeHashes, token);
                await db.ChangeFailuresAsync(subject, failures => failures.Forget(FailureCounters.RecoveryCodeMethod), token);
                return true;
            },
            cancellationToken);

    public async ValueTask<bool> TryRemoveFactorAsync(MfaSubject subject, string factorId, DateTimeOffset now, CancellationToken cancellationToken) =>
        await runner.RunInTransactionAsync(
            async (db, token) =>
            {
                if (!await db.TryLockChangingAccountAsync(subject, now, token)) return false;
                if (await db.FactorsOf(subject).Where(f => f.Id == factorId).ExecuteDeleteAsync(token) != 1) return false;
                if (!await db.FactorsOf(subject).AnyAsync(token)) await db.RecoveryCodesOf(subject).ExecuteDeleteAsync(token);
                return true;
            },
            cancellationToken);

    public async ValueTask ResetAsync(MfaSubject subject, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await EnsureAccountAsync(subject, cancellationToken);
        await runner.RunInTransactionAsync(
            async (db, token) =>
            {
                await db.TryLockChangingAccountAsync(subject, now, token);
                await db.FactorsOf(subject).ExecuteDeleteAsync(token);
                await db.CodesOf(subject).ExecuteDeleteAsync(token);
                await db.AccountOf(subject).ExecuteUpdateAsync(set => set.SetProperty(a => a.WasReset, true), token);
                await db.ChangeFailuresAsync(subject, _ => FailureCounters.None, token);
                return true;
            },
            cancellationToken);
    }

    public async ValueTask SetAccessCodeAsync(MfaSubject subject, string codeHash, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        await EnsureAccountAsync(subject, cancellationToken);
        await runner.RunInTransactionAsync(
            async (db, token) =>
            {
                await db.TryLockAccountAsync(subject, token);
                await db.CodesOf(subject).Where(c => c.ExpiresAt != null).ExecuteDeleteAsync(token);
                db.Add(new MfaRecoveryCodeEntity { Realm = subject.Realm, Subject = subject.Id, Hash = codeHash, ExpiresAt = expiresAt.UtcTicks });
                await db.SaveChangesAsync(token);
                return true;
            },
            cancellationToken);
    }

    public async ValueTask<ChargeResult> ChargeAsync(
        MfaSubject subject, string method, FailureLane lane, DateTimeOffset now, FailureLimits limits, CancellationToken cancellationToken)
    {
        await EnsureAccountAsync(subject, cancellationToken);
        return await runner.RunAsync<ChargeResult>(
            async (db, token) =>
            {
                // Each further turn means that another caller's change went through in between; the token bounds them.
                while (true)
                {
                    var row = await db.AccountOf(subject).SingleAsync(token);
                    var (after, result) = row.ToFailures().Charge(method, lane, now, limits);
                    if (result is not ChargeResult.Charged || await db.TrySaveFailuresAsync(row, after, token)) return result;
                }
            },
            cancellationToken);
    }

    public async ValueTask RefundAsync(MfaSubject subject, Charge charge, CancellationToken cancellationToken) =>
        await runner.RunAsync(
            async (db, token) =>
            {
                while (await db.AccountOf(subject).SingleOrDefaultAsync(token) is { } row)
                    if (await db.TrySaveFailuresAsync(row, row.ToFailures().Refund(charge), token)) return true;

                return false;
            },
            cancellationToken);

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

    public async ValueTask<string> GetOrAddLookupKeyAsync(string protectedCandidate, CancellationToken cancellationToken) =>
        await runner.RunAsync((db, token) => LookupKey.GetOrAddAsync(db, protectedCandidate, token), cancellationToken);

    // A mark that goes back would make used codes good again, so it is refused like a stale version.
    private static async Task<bool> TryMarkAsync(DbContext db, MfaFactor factor, long expectedVersion, CancellationToken cancellationToken)
    {
        var usedAt = factor.LastUsedAt?.UtcTicks;
        return await db.FactorsOf(factor.Subject)
            .Where(f => f.Id == factor.Id && f.Version == expectedVersion && f.Counter <= factor.Counter)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(f => f.Counter, factor.Counter)
                    .SetProperty(f => f.AnsweredChallenges, factor.AnsweredChallenges)
                    .SetProperty(f => f.ProtectedSecret, factor.ProtectedSecret)
                    .SetProperty(f => f.LastUsedAt, usedAt)
                    .SetProperty(f => f.Version, expectedVersion + 1),
                cancellationToken) == 1;
    }

    private async Task<bool> AddAsync(MfaFactor factor, Func<DbContext, CancellationToken, Task<bool>> add, CancellationToken cancellationToken)
    {
        try
        {
            return await runner.RunInTransactionAsync(add, cancellationToken);
        }
        catch (DbUpdateException)
        {
            // A factor with this id is an outcome; any other reason is an error of the infrastructure.
            if (await runner.ReadAsync((db, token) => IdExistsAsync(db, factor.Id, token), cancellationToken)) return false;
            throw;
        }
    }

    private static Task<bool> IdExistsAsync(DbContext db, string id, CancellationToken cancellationToken) =>
        db.Set<MfaFactorEntity>().IgnoreQueryFilters().AnyAsync(f => f.Id == id, cancellationToken);

    private Task<bool> EnsureAccountAsync(MfaSubject subject, CancellationToken cancellationToken) =>
        runner.RunAsync(
            async (db, token) =>
            {
                await db.EnsureAccountAsync(subject, token);
                return true;
            },
            cancellationToken);
}
