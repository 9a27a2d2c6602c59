using MfaMiddleware.Factors;
using MfaMiddleware.TestKit.Factors;

namespace MfaMiddleware.EntityFrameworkCore.Tests;

/// <summary>The contract on a SQLite file in the product's own context.</summary>
public sealed class OwnContextFactorStoreTests : FactorStoreContract
{
    private readonly TestDatabase _database = new();
    private TestHost _host = null!;

    protected override async Task<IMfaFactorStore> CreateStoreAsync()
    {
        _host = await TestHost.StartOwnContextAsync(_database);
        return _host.Store;
    }

    public override async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }
}

/// <summary>The contract on a SQLite file in a host's own context, with the rollback journal that SQLite has by default.</summary>
public sealed class HostsContextFactorStoreTests : FactorStoreContract
{
    private readonly TestDatabase _database = new();
    private TestHost _host = null!;

    protected override async Task<IMfaFactorStore> CreateStoreAsync()
    {
        _host = await AppDbHost.StartAsync(_database);
        return _host.Store;
    }

    public override async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }
}
