using System.Data.Common;
using System.Text.Json;
using MfaMiddleware.Faults.Tests.Histories;
using MfaMiddleware.TestKit.Servers;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace MfaMiddleware.Faults.Tests.Nodes;

/// <summary>The database that the nodes of a site share; its failure counts are read from the table, past all of the product.</summary>
internal sealed class SiteDatabase(string kind, string connectionString, Func<DbConnection> connect) : IDisposable
{
    private static int _count;

    private DirectoryInfo? _folder;

    public string Kind => kind;

    public string ConnectionString => connectionString;

    public static SiteDatabase PostgreSql(PostgresServer server)
    {
        var text = server.ConnectionString($"site_{Interlocked.Increment(ref _count)}");
        return new("postgresql", text, () => new NpgsqlConnection(text));
    }

    public static SiteDatabase Sqlite()
    {
        var folder = Directory.CreateTempSubdirectory("mfa-site-");
        var text = new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder.FullName, "mfa.db") }.ToString();
        return new("sqlite", text, () => new SqliteConnection(text)) { _folder = folder };
    }

    /// <summary>The failures of every user that has some, or had some when they were last read.</summary>
    public async Task<IReadOnlyList<FailureReading>> ReadFailuresAsync()
    {
        var sent = TimeProvider.System.GetTimestamp();
        List<(string User, string Failures)> rows = [];
        await using (var connection = connect())
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = """SELECT "Subject", "FailuresByMethod" FROM "MfaAccounts" """;
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) rows.Add((reader.GetString(0), reader.GetString(1)));
        }

        var answered = TimeProvider.System.GetTimestamp();
        string[] methods = ["totp", "hotp", "recovery_code"];
        return
        [
            .. from row in rows
               let counts = JsonSerializer.Deserialize<Dictionary<string, int>>(row.Failures)!
               from method in methods
               select new FailureReading(row.User, method, counts.GetValueOrDefault(method), sent, answered),
        ];
    }

    public void Dispose()
    {
        using (var connection = connect())
        {
            if (connection is SqliteConnection sqlite) SqliteConnection.ClearPool(sqlite);
            if (connection is NpgsqlConnection postgres) NpgsqlConnection.ClearPool(postgres);
        }

        _folder?.Delete(recursive: true);
    }
}
