using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Tests.Threats.Support;

/// <summary>The database and the key ring that the nodes of one app share; each node's pending sessions are its own.</summary>
internal sealed class SharedDatabase : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mfa-threats-");

    public FakeClock Clock { get; } = new();

    public string File => Path.Combine(_folder.FullName, "mfa.db");

    private string ConnectionString => new SqliteConnectionStringBuilder { DataSource = File }.ToString();

    public Task<TestHost> StartNodeAsync(Action<TestHostOptions>? configure = null) => TestHost.StartAsync(options =>
    {
        options.Clock = Clock;
        options.ServicesBefore = services => services.AddDataProtection().SetApplicationName("Threats").PersistKeysToFileSystem(_folder);
        options.Mfa = mfa => mfa.AddEntityFrameworkStores(db => db.UseSqlite(ConnectionString));
        configure?.Invoke(options);
    });

    /// <summary>Everything that is in the database's files, as text of one byte a character.</summary>
    public async Task<string> DumpAsync()
    {
        await using (var connection = new SqliteConnection(ConnectionString)) SqliteConnection.ClearPool(connection);
        var files = _folder.GetFiles("mfa.db*").Select(f => f.FullName);
        return string.Concat(files.Select(f => System.Text.Encoding.Latin1.GetString(System.IO.File.ReadAllBytes(f))));
    }

    /// <summary>The hashes of the recovery codes, as they are stored.</summary>
    public async Task<List<string>> CodeHashesAsync()
    {
        await using var connection = new SqliteConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT Hash FROM MfaRecoveryCodes";
        await using var rows = await command.ExecuteReaderAsync();
        var hashes = new List<string>();
        while (await rows.ReadAsync()) hashes.Add(rows.GetString(0));
        return hashes;
    }

    public async ValueTask DisposeAsync()
    {
        await using (var connection = new SqliteConnection(ConnectionString)) SqliteConnection.ClearPool(connection);
        _folder.Delete(recursive: true);
    }
}
