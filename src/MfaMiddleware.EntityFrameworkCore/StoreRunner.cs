using System.Transactions;
using MfaMiddleware.EntityFrameworkCore.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.EntityFrameworkCore;

/// <summary>
/// Runs a verb in a context of its own. The request's context is never touched: what the host has changed there and not saved stays
/// unsaved, and a roll-back of the host's can't take a charge or a single-use mark back.
/// </summary>
internal sealed class StoreRunner<TContext>(IServiceScopeFactory scopes, IOptions<MfaOptions> options)
    where TContext : DbContext
{
    public async Task<T> RunAsync<T>(Func<DbContext, CancellationToken, Task<T>> verb, CancellationToken cancellationToken)
    {
        using var noAmbientTransaction = new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TContext>();
        using var budget = CommandBudget.Apply(db, options.Value.StoreTimeout);
        return await verb(db, cancellationToken);
    }

    /// <summary>Runs a verb in one transaction, which is committed if the verb says true and else rolled back.</summary>
    /// <remarks>
    /// The first statement of the verb is a write. Where the host's database retries and the connection broke in the commit, the second try
    /// finds the mark made and says false: the user signs in again, and nothing is used twice.
    /// </remarks>
    public Task<bool> RunInTransactionAsync(Func<DbContext, CancellationToken, Task<bool>> verb, CancellationToken cancellationToken) =>
        RunAsync(
            (db, token) => db.Database.CreateExecutionStrategy().ExecuteAsync(async retryToken =>
            {
                db.ChangeTracker.Clear();
                // On SQLite the driver begins with the write lock (BEGIN IMMEDIATE): a transaction that asks for it later is refused at once.
                await using var transaction = await db.Database.BeginTransactionAsync(retryToken);
                if (!await verb(db, retryToken)) return false;
                await transaction.CommitAsync(retryToken);
                return true;
            }, token),
            cancellationToken);
}
