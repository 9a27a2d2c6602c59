using MfaMiddleware.EntityFrameworkCore.Model;
using MfaMiddleware.Factors;
using Microsoft.EntityFrameworkCore;

namespace MfaMiddleware.EntityFrameworkCore;

/// <summary>The statements on the rows of one user that several verbs share.</summary>
internal static class AccountRows
{
    // A filter that the host puts on every entity type (a tenant, "not deleted") must not hide a factor: no factor means no challenge.
    public static IQueryable<MfaAccountEntity> AccountOf(this DbContext db, MfaSubject subject) =>
        db.Set<MfaAccountEntity>().IgnoreQueryFilters().AsNoTracking().Where(a => a.Realm == subject.Realm && a.Subject == subject.Id);

    public static IQueryable<MfaFactorEntity> FactorsOf(this DbContext db, MfaSubject subject) =>
        db.Set<MfaFactorEntity>().IgnoreQueryFilters().AsNoTracking().Where(f => f.Realm == subject.Realm && f.Subject == subject.Id);

    public static IQueryable<MfaRecoveryCodeEntity> CodesOf(this DbContext db, MfaSubject subject) =>
        db.Set<MfaRecoveryCodeEntity>().IgnoreQueryFilters().AsNoTracking().Where(c => c.Realm == subject.Realm && c.Subject == subject.Id);

    /// <summary>Without the access code of an administrator.</summary>
    public static IQueryable<MfaRecoveryCodeEntity> RecoveryCodesOf(this DbContext db, MfaSubject subject) => db.CodesOf(subject).Where(c => c.ExpiresAt == null);

    /// <summary>Makes the user's row if there is none, outside of any transaction.</summary>
    public static async Task EnsureAccountAsync(this DbContext db, MfaSubject subject, CancellationToken cancellationToken)
    {
        if (await db.AccountOf(subject).AnyAsync(cancellationToken)) return;
        try
        {
            db.Add(new MfaAccountEntity { Realm = subject.Realm, Subject = subject.Id });
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException)
        {
            db.ChangeTracker.Clear();
            // Another caller made it in between; any other reason is an error of the infrastructure.
            if (!await db.AccountOf(subject).AnyAsync(cancellationToken)) throw;
        }
    }

    /// <summary>
    /// Writes the user's row, the first statement of every transaction: other changes of the account wait until it ends, so that what is
    /// read after it stays true.
    /// </summary>
    /// <returns>False for a user that is not known.</returns>
    public static async Task<bool> TryLockAccountAsync(this DbContext db, MfaSubject subject, CancellationToken cancellationToken) =>
        await db.AccountOf(subject).ExecuteUpdateAsync(set => set.SetProperty(a => a.Version, a => a.Version + 1), cancellationToken) == 1;

    /// <summary>The same for a change of factors or recovery codes, whose time it notes; a clock that is behind doesn't take an earlier one back.</summary>
    public static async Task<bool> TryLockChangingAccountAsync(this DbContext db, MfaSubject subject, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ticks = now.UtcTicks;
        return await db.AccountOf(subject).ExecuteUpdateAsync(
            set => set
                .SetProperty(a => a.FactorsChangedAt, a => a.FactorsChangedAt > ticks ? a.FactorsChangedAt : ticks)
                .SetProperty(a => a.Version, a => a.Version + 1),
            cancellationToken) == 1;
    }

    /// <summary>Changes the counters of a locked account.</summary>
    public static async Task ChangeFailuresAsync(
        this DbContext db, MfaSubject subject, Func<FailureCounters, FailureCounters> change, CancellationToken cancellationToken)
    {
        var row = await db.AccountOf(subject).SingleAsync(cancellationToken);
        if (!await db.TrySaveFailuresAsync(row, change(row.ToFailures()), cancellationToken))
            throw new InvalidOperationException("The account changed although its row was locked.");
    }

    /// <summary>Saves the counters if the row is still as it was read.</summary>
    public static async Task<bool> TrySaveFailuresAsync(
        this DbContext db, MfaAccountEntity read, FailureCounters failures, CancellationToken cancellationToken)
    {
        var byMethod = failures.ByMethod.ToJson();
        var (unknown, waitUntil) = (failures.Unknown.Consecutive, failures.Unknown.WaitUntil?.UtcTicks);
        var (known, knownWaitUntil) = (failures.KnownDevice.Consecutive, failures.KnownDevice.WaitUntil?.UtcTicks);
        return await db.AccountOf(new(read.Realm, read.Subject)).Where(a => a.Version == read.Version).ExecuteUpdateAsync(
            set => set
                .SetProperty(a => a.ConsecutiveFailures, unknown)
                .SetProperty(a => a.WaitUntil, waitUntil)
                .SetProperty(a => a.KnownDeviceFailures, known)
                .SetProperty(a => a.KnownDeviceWaitUntil, knownWaitUntil)
                .SetProperty(a => a.FailuresByMethod, byMethod)
                .SetProperty(a => a.Version, a => a.Version + 1),
            cancellationToken) == 1;
    }

    public static async Task InsertCodesAsync(this DbContext db, MfaSubject subject, IEnumerable<string> hashes, CancellationToken cancellationToken)
    {
        db.AddRange(hashes.Select(hash => new MfaRecoveryCodeEntity { Realm = subject.Realm, Subject = subject.Id, Hash = hash }));
        await db.SaveChangesAsync(cancellationToken);
    }
}
