using MfaMiddleware.TestKit.Servers;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace MfaMiddleware.EntityFrameworkCore.Tests.Postgres;

/// <summary>A database of a test server. It ends with the server.</summary>
internal sealed class PostgresDatabase(PostgresServer server, string name, string settings = "") : ITestDatabase
{
    private const string AllRows = """
        DO $$ BEGIN
            IF to_regclass('"MfaAccounts"') IS NOT NULL THEN TRUNCATE "MfaAccounts", "MfaKeys", "MfaPendingSessions" CASCADE; END IF;
        END $$
        """;

    private static int _count;

    public string Kind => "postgresql";

    public string ConnectionString { get; } = server.ConnectionString(name) + ";" + settings;

    /// <summary>One that nobody has made yet.</summary>
    public static PostgresDatabase New(PostgresServer server, string settings = "") => new(server, $"new_{Interlocked.Increment(ref _count)}", settings);

    /// <summary>One with the tables in place.</summary>
    public static async Task<PostgresDatabase> MadeAsync(PostgresServer server, string settings = "")
    {
        var database = New(server, settings);
        await using var host = await TestHost.StartOwnContextAsync(database);
        return database;
    }

    /// <summary>The one of this name, without any rows.</summary>
    public static async Task<PostgresDatabase> EmptyAsync(PostgresServer server, string name, string settings = "")
    {
        var database = new PostgresDatabase(server, name, settings);
        try
        {
            await database.ExecuteAsync(AllRows);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            // The first test of this name: the product makes it.
        }

        return database;
    }

    public void Use(DbContextOptionsBuilder options) => options.UseNpgsql(ConnectionString);

    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString + ";Pooling=False");
        await connection.OpenAsync();
        return connection;
    }

    public async Task<object?> ExecuteAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        NpgsqlConnection.ClearPool(connection);
    }
}
