using System.Data.Common;

namespace MfaMiddleware.EntityFrameworkCore.Retries;

/// <summary>What an error of a database means, by the standard's states where the provider has them.</summary>
internal static class DatabaseErrors
{
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;

    /// <summary>Providers wrap it, by one layer or two.</summary>
    public static DbException? Find(Exception? exception)
    {
        while (exception is not (null or DbException)) exception = exception.InnerException;
        return exception as DbException;
    }

    /// <summary>Whether time may heal it: no server answers, or it starts, ends, has no room, or is a standby that nobody has promoted yet. Not that it refuses who asks or what is asked.</summary>
    public static bool IsOutOfReach(Exception? exception) => exception switch
    {
        null => false,
        // Of several hosts one that answers counts, whatever the others are.
        AggregateException all => all.InnerExceptions.All(IsOutOfReach),
        TimeoutException => true,
        DbException error when SqliteCodeOf(error) is { } code => code is SqliteBusy or SqliteLocked,
        DbException { SqlState: { } state } => state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("53", StringComparison.Ordinal) || state is "57P01" or "57P02" or "57P03" or "25006",
        DbException { InnerException: AggregateException all } => IsOutOfReach(all),
        // Without a state there was no answer.
        DbException => true,
        _ => IsOutOfReach(exception.InnerException),
    };

    // By name: this package works with any provider and references none.
    private static int? SqliteCodeOf(DbException error) => error.GetType().GetProperty("SqliteErrorCode")?.GetValue(error) as int?;
}
