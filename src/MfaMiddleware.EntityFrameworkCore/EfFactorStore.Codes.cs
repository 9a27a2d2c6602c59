using MfaMiddleware.EntityFrameworkCore.Model;
using MfaMiddleware.Factors;
using Microsoft.EntityFrameworkCore;

namespace MfaMiddleware.EntityFrameworkCore;

internal sealed partial class EfFactorStore<TContext>
{
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
}
