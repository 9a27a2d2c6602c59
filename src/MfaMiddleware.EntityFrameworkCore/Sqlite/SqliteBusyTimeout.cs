using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MfaMiddleware.EntityFrameworkCore.Sqlite;

/// <summary>
/// Lets SQLite itself wait for a lock for a moment, in steps of milliseconds; the driver alone looks every 150 ms. In all it waits as long as
/// the command may take. For a context of ours only: the setting stays with the pooled connection.
/// </summary>
internal sealed class SqliteBusyTimeout : DbConnectionInterceptor
{
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Set(connection, eventData);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        // The driver has no asynchronous work.
        Set(connection, eventData);
        return Task.CompletedTask;
    }

    private static void Set(DbConnection connection, ConnectionEndEventData eventData)
    {
        if (eventData.Context?.Database.IsSqliteProvider() != true) return;
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA busy_timeout = 250";
        command.ExecuteNonQuery();
    }
}
