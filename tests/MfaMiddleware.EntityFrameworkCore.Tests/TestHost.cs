using MfaMiddleware.Factors;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MfaMiddleware.EntityFrameworkCore.Tests;

/// <summary>A started host with the store and nothing else.</summary>
internal sealed class TestHost(IHost host) : IAsyncDisposable
{
    public IServiceProvider Services => host.Services;

    public IMfaFactorStore Store => Services.GetRequiredService<IMfaFactorStore>();

    public static Task<TestHost> StartOwnContextAsync(ITestDatabase database, TimeSpan? budget = null) =>
        StartAsync(budget, mfa => mfa.AddEntityFrameworkStores(database.Use));

    public static Task<TestHost> StartHostsContextAsync(TestDatabase database, TimeSpan? budget = null) =>
        StartAsync(budget, mfa =>
        {
            mfa.Services.AddDbContext<AppDb>(o => o.UseSqlite(database.ConnectionString));
            mfa.AddEntityFrameworkStores<AppDb>();
        });

    public static async Task<TestHost> StartAsync(TimeSpan? budget, Action<MfaBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        // Far above the default of 2 s: 64 callers on a loaded machine may queue longer, and this suite is about who wins.
        builder.Services.Configure<MfaOptions>(o => o.StoreTimeout = budget ?? TimeSpan.FromSeconds(60));
        configure(new MfaBuilder(builder.Services));
        var host = builder.Build();
        await host.StartAsync();
        return new(host);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }
}

/// <summary>A SQLite file of its own, in a folder that doesn't exist yet.</summary>
internal sealed class TestDatabase : ITestDatabase
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mfa-store-");

    public string File => Path.Combine(_folder.FullName, "App_Data", "mfa.db");

    public string Kind => "sqlite";

    public string ConnectionString => new SqliteConnectionStringBuilder { DataSource = File }.ToString();

    public void Use(DbContextOptionsBuilder options) => options.UseSqlite(ConnectionString);

    public SqliteConnection Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await using (var connection = new SqliteConnection(ConnectionString)) SqliteConnection.ClearPool(connection);
        _folder.Delete(recursive: true);
    }
}
