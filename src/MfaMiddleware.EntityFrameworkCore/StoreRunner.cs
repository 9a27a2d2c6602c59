using System.Transactions;
using MfaMiddleware.EntityFrameworkCore.Retries;
using MfaMiddleware.EntityFrameworkCore.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using IsolationLevel = System.Data.IsolationLevel;

namespace MfaMiddleware.EntityFrameworkCore;

/// <summary>
/// Runs a verb in a context of its own. The request's context is never touched: what the host has changed there and not saved stays
/// unsaved, and a roll-back of the host's can't take a charge or a single-use mark back.
/// </summary>
internal sealed class StoreRunner<TContext>(IServiceScopeFactory scopes, IOptions<MfaOptions> options)
    where TContext : DbContext
{
    /// <summary>Runs a verb that changes nothing.</summary>
    public Task<T> ReadAsync<T>(Func<DbContext, CancellationToken, Task<T>> verb, CancellationToken cancellationToken) => RunRepeatableAsync(verb, cancellationToken);

    /// <summary>Runs a verb that may run twice: what the first run may have written, the second finds written.</summary>
    public Task<T> RunRepeatableAsync<T>(Func<DbContext, CancellationToken, Task<T>> verb, CancellationToken cancellationToken) =>
        RunAsync(verb, () => false, cancellationToken);

    /// <summary>Runs a verb whose statements commit by themselves: once one was sent, a connection that broke leaves open whether it took effect.</summary>
    public Task<T> RunAsync<T>(Func<DbContext, CancellationToken, Task<T>> verb, CancellationToken cancellationToken) =>
        RunAsync(verb, () => true, cancellationToken);

    /// <summary>Runs a verb in one transaction, which is committed if the verb says true and else rolled back.</summary>
    /// <remarks>
    /// The first statement of the verb is a write. A connection that breaks in the commit is an exception, and nothing is tried again: the mark may
    /// be made, so that it counts as made.
    /// </remarks>
    public Task<bool> RunInTransactionAsync(Func<DbContext, CancellationToken, Task<bool>> verb, CancellationToken cancellationToken)
    {
        var isCommitting = false;
        return RunAsync(
            async (db, token) =>
            {
                isCommitting = false;
                // A failure rolls all of it back: savepoints would be round trips for nothing.
                db.Database.AutoSavepointsEnabled = false;
                // The level that the verbs are made for, whatever the database's default is: what waited for a lock goes on with what is there then.
                // On SQLite the driver begins with the write lock (BEGIN IMMEDIATE): a transaction that asks for it later is refused at once.
                await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, token);
                if (!await verb(db, token)) return false;
                isCommitting = true;
                await transaction.CommitAsync(token);
                return true;
            },
            () => isCommitting,
            cancellationToken);
    }

    private async Task<T> RunAsync<T>(Func<DbContext, CancellationToken, Task<T>> verb, Func<bool> mayBeDone, CancellationToken cancellationToken)
    {
        using var noAmbientTransaction = new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TContext>();
        var budget = options.Value.StoreTimeout;
        using var commandBudget = CommandBudget.Apply(db, budget);
        return await new CertainRetries(db, budget, mayBeDone).ExecuteAsync(
            async token =>
            {
                db.ChangeTracker.Clear();
                return await verb(db, token);
            },
            cancellationToken);
    }
}
