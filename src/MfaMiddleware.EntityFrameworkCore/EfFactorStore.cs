using MfaMiddleware.EntityFrameworkCore.Failover;
using MfaMiddleware.Factors;
using Microsoft.EntityFrameworkCore;

namespace MfaMiddleware.EntityFrameworkCore;

/// <summary>The factor store in a relational database. Every change is a conditional statement, or a transaction that starts with one.</summary>
internal sealed partial class EfFactorStore<TContext>(StoreRunner<TContext> runner, FailoverWatch<TContext> failover) : IMfaFactorStore
    where TContext : DbContext
{
    public async ValueTask<MfaAccount> FindAsync(MfaSubject subject, CancellationToken cancellationToken)
    {
        var marksSince = (await failover.KnownAsync(cancellationToken)).MarksSince;
        // One statement, so that factors and codes are of one moment.
        var found = await runner.ReadAsync(
            (db, token) => db.AccountOf(subject).AsSingleQuery()
                .Select(a => new
                {
                    Account = a,
                    Factors = a.Factors.OrderBy(f => f.CreatedAt).ThenBy(f => f.Id).ToList(),
                    Codes = a.RecoveryCodes.Count(c => c.ExpiresAt == null),
                    AccessCode = a.RecoveryCodes.Max(c => c.ExpiresAt),
                })
                .SingleOrDefaultAsync(token),
            cancellationToken);
        if (found is null) return MfaAccount.Empty;
        return new MfaAccount([.. found.Factors.Select(f => f.ToFactor() with { MarksSince = marksSince })], found.Codes)
        {
            FactorsChangedAt = FactorMapping.ToChangeTime(found.Account.FactorsChangedAt),
            AccessCodeExpiresAt = FactorMapping.ToTime(found.AccessCode),
            WasReset = found.Account.WasReset,
            Failures = found.Account.ToFailures(),
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

    public async ValueTask<bool> TryUseFactorAsync(MfaFactor factor, long expectedVersion, FailureClearance clears, CancellationToken cancellationToken)
    {
        var known = await failover.KnownAsync(cancellationToken);
        // Read before the failover and checked against what was known then: it must be read again.
        if (factor.MarksSince != known.MarksSince) return false;
        var isMarked = await runner.RunInTransactionAsync(
            async (db, token) =>
            {
                if (!await db.TryLockAccountAsync(factor.Subject, token)) return false;
                if (!await db.TryMarkAsync(factor, expectedVersion, known, token)) return false;
                await db.ChangeFailuresAsync(factor.Subject, failures => failures.Clear(clears), token);
                return true;
            },
            cancellationToken);
        // It lost to another answer, or to a failover: who reads the factor again must know of it.
        if (!isMarked) await failover.LookAsync(cancellationToken);
        return isMarked;
    }

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

    public async ValueTask<string> GetOrAddLookupKeyAsync(string protectedCandidate, CancellationToken cancellationToken) =>
        await runner.RunRepeatableAsync((db, token) => LookupKey.GetOrAddAsync(db, protectedCandidate, token), cancellationToken);

    private async Task<bool> AddAsync(MfaFactor factor, Func<DbContext, CancellationToken, Task<bool>> add, CancellationToken cancellationToken)
    {
        try
        {
            return await runner.RunInTransactionAsync(add, cancellationToken);
        }
        catch (DbUpdateException)
        {
            // A factor with this id is an outcome; any other reason is an error of the infrastructure.
            if (await runner.ReadAsync((db, token) => db.FactorIdExistsAsync(factor.Id, token), cancellationToken)) return false;
            throw;
        }
    }

    private Task<bool> EnsureAccountAsync(MfaSubject subject, CancellationToken cancellationToken) =>
        runner.RunRepeatableAsync(
            async (db, token) =>
            {
                await db.EnsureAccountAsync(subject, token);
                return true;
            },
            cancellationToken);
}
