using MfaMiddleware.PendingSessions;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.PendingSessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.EntityFrameworkCore.Tests;

/// <summary>The contract of pending sessions on a SQLite file.</summary>
public sealed class EfPendingSessionStoreContractTests : PendingSessionStoreContract
{
    private readonly TestDatabase _database = new();
    private TestHost _host = null!;

    protected override async ValueTask<IPendingSessionStore> CreateStoreAsync(FakeClock clock)
    {
        _host = await TestHost.StartAsync(null, mfa =>
        {
            mfa.Services.AddSingleton<TimeProvider>(clock);
            mfa.AddEntityFrameworkStores(o => o.UseSqlite(_database.ConnectionString)).AddEntityFrameworkPendingSessions();
        });
        return _host.Services.GetRequiredService<IPendingSessionStore>();
    }

    public override async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }
}
