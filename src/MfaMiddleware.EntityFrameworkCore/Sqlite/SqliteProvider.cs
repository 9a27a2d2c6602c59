using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace MfaMiddleware.EntityFrameworkCore.Sqlite;

/// <summary>What is done for SQLite alone.</summary>
internal static class SqliteProvider
{
    public static bool IsSqliteProvider(this DatabaseFacade database) => database.ProviderName == "Microsoft.EntityFrameworkCore.Sqlite";

    /// <summary>Makes the folder of the file, <c>App_Data/</c> for one: SQLite makes the file only.</summary>
    public static void CreateFolder(DatabaseFacade database)
    {
        var file = database.GetDbConnection().DataSource;
        if (string.IsNullOrEmpty(file) || file.StartsWith(':') || file.StartsWith("file:", StringComparison.OrdinalIgnoreCase)) return;
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder) Directory.CreateDirectory(folder);
    }

    /// <summary>Write-ahead log: readers don't wait for the writer, and the writer not for them. It stays with the file.</summary>
    public static Task UseWriteAheadLogAsync(DatabaseFacade database, CancellationToken cancellationToken) =>
        database.ExecuteSqlRawAsync("PRAGMA journal_mode = 'wal'", cancellationToken);
}
