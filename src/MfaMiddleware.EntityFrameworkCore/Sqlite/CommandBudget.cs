using System.Data.Common;
using System.Reflection;
using Microsoft.EntityFrameworkCore;

namespace MfaMiddleware.EntityFrameworkCore.Sqlite;

/// <summary>
/// Bounds how long one statement waits. On SQLite the cancellation token doesn't end a wait for a lock, and BEGIN and COMMIT wait as long as
/// the connection's own default says, 30 seconds; both are set to the budget while a verb runs.
/// </summary>
internal sealed class CommandBudget : IDisposable
{
    private readonly DbConnection? _connection;
    private readonly PropertyInfo? _defaultTimeout;
    private readonly object? _before;

    private CommandBudget(DbContext db, int seconds)
    {
        db.Database.SetCommandTimeout(seconds);
        if (!db.Database.IsSqliteProvider()) return;
        _connection = db.Database.GetDbConnection();
        // By name: this package works with any provider and references none.
        _defaultTimeout = _connection.GetType().GetProperty("DefaultTimeout");
        _before = _defaultTimeout?.GetValue(_connection);
        _defaultTimeout?.SetValue(_connection, seconds);
    }

    public static CommandBudget Apply(DbContext db, TimeSpan budget) => new(db, Math.Max(1, (int)Math.Ceiling(budget.TotalSeconds)));

    // The connection may be one that the host made and keeps.
    public void Dispose() => _defaultTimeout?.SetValue(_connection, _before);
}
