using MfaMiddleware.Factors;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.Factors;
using MfaMiddleware.TestKit.PendingSessions;
using MfaMiddleware.TestKit.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Xunit.Abstractions;

namespace MfaMiddleware.EntityFrameworkCore.Tests.Postgres;

/// <summary>The contract on PostgreSQL in the product's own context.</summary>
[Collection(PostgresGroup.Name)]
public sealed class PostgresOwnContextFactorStoreTests(PostgresServer server) : FactorStoreContract
{
    private PostgresDatabase _database = null!;
    private TestHost _host = null!;

    protected override async Task<IMfaFactorStore> CreateStoreAsync()
    {
        _database = await PostgresDatabase.EmptyAsync(server, "own_context");
        _host = await TestHost.StartOwnContextAsync(_database);
        return _host.Store;
    }

    public override async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }
}

/// <summary>
/// The contract on PostgreSQL in a host's own, pooled context, which tries again by itself; by the database's default its statements are serializable,
/// so that the losers of a race get serialization failures.
/// </summary>
[Collection(PostgresGroup.Name)]
public sealed class PostgresHostsContextFactorStoreTests(PostgresServer server) : FactorStoreContract
{
    private PostgresDatabase _database = null!;
    private TestHost _host = null!;

    protected override async Task<IMfaFactorStore> CreateStoreAsync()
    {
        _database = await PostgresDatabase.EmptyAsync(server, "hosts_context", "Options=-c default_transaction_isolation=serializable");
        await using (var db = new AppDb(new DbContextOptionsBuilder<AppDb>().UseNpgsql(_database.ConnectionString).Options)) await db.Database.EnsureCreatedAsync();
        _host = await TestHost.StartAsync(null, mfa =>
        {
            mfa.Services.AddDbContextPool<AppDb>(o => o.UseNpgsql(_database.ConnectionString, npgsql => npgsql.EnableRetryOnFailure()));
            mfa.AddEntityFrameworkStores<AppDb>();
        });
        return _host.Store;
    }

    public override async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }
}

/// <summary>The contract of pending sessions on PostgreSQL.</summary>
[Collection(PostgresGroup.Name)]
public sealed class PostgresPendingSessionStoreTests(PostgresServer server) : PendingSessionStoreContract
{
    private PostgresDatabase _database = null!;
    private TestHost _host = null!;

    protected override async ValueTask<IPendingSessionStore> CreateStoreAsync(FakeClock clock)
    {
        _database = await PostgresDatabase.EmptyAsync(server, "pending_sessions");
        _host = await TestHost.StartAsync(null, mfa =>
        {
            mfa.Services.AddSingleton<TimeProvider>(clock);
            mfa.AddEntityFrameworkStores(_database.Use).AddEntityFrameworkPendingSessions();
        });
        return _host.Services.GetRequiredService<IPendingSessionStore>();
    }

    public override async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }
}

[Collection(PostgresGroup.Name)]
public sealed class PostgresTwoProcessRaceTests(PostgresServer server, ITestOutputHelper output) : TwoProcessRaces(output)
{
    private protected override Task<ITestDatabase> NewDatabaseAsync() => Task.FromResult<ITestDatabase>(PostgresDatabase.New(server));
}
