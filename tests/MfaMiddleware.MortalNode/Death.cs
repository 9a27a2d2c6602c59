using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MfaMiddleware.MortalNode;

/// <summary>
/// Counts the moments after each statement that writes and each commit, which are those before the next one too, and ends the process at one of them: without a
/// farewell (SIGKILL).
/// </summary>
internal sealed class Death(int moment) : DbCommandInterceptor, IDbTransactionInterceptor
{
    private static readonly string[] Writes = ["INSERT", "UPDATE", "DELETE"];

    private volatile bool _isArmed;
    private int _count;

    /// <summary>From now on it counts.</summary>
    public void Arm() => _isArmed = true;

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default) => At(command, result);

    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default) => At(command, result);

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) => At(0).AsTask();

    private ValueTask<T> At<T>(DbCommand command, T result) =>
        Writes.Any(w => command.CommandText.TrimStart().StartsWith(w, StringComparison.Ordinal)) ? At(result) : new(result);

    private ValueTask<T> At<T>(T result)
    {
        if (_isArmed && Interlocked.Increment(ref _count) == moment)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
            // The signal is on its way; nothing more is done.
            return new(new TaskCompletionSource<T>().Task);
        }

        return new(result);
    }
}
