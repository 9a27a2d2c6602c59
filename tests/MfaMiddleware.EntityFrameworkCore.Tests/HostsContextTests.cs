using System.Transactions;
using MfaMiddleware.Factors;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.EntityFrameworkCore.Tests;

/// <summary>The store in a host's own context leaves what the host does there alone.</summary>
public sealed class HostsContextTests
{
    private static readonly MfaSubject Subject = new("", "user");
    private static readonly FailureLimits Limits = new(100, new Dictionary<string, int>());

    [Fact]
    public async Task Changes_that_the_host_has_not_saved_stay_unsaved()
    {
        await using var database = new TestDatabase();
        await using var host = await AppDbHost.StartAsync(database);
        await using var request = host.Request(out var db);
        db.Add(new Order { Item = "half done" });

        await EveryVerbAsync(host.Store);

        Assert.Single(db.ChangeTracker.Entries<Order>(), e => e.State == EntityState.Added);
        await using var later = host.Request(out var fresh);
        Assert.Empty(await fresh.Orders.ToListAsync());
        await db.SaveChangesAsync();
        Assert.Equal("half done", (await fresh.Orders.SingleAsync()).Item);
    }

    [Fact]
    public async Task A_rollback_of_the_host_takes_no_charge_back()
    {
        await using var database = new TestDatabase();
        await using var host = await AppDbHost.StartAsync(database);

        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
            for (var i = 0; i < 5; i++) await ChargeAsync(host.Store);

        Assert.IsType<ChargeResult.MustWait>(await ChargeAsync(host.Store));
    }

    [Fact]
    public async Task A_pooled_context_goes_back_to_the_host_as_it_was()
    {
        await using var database = new TestDatabase();
        await using var made = await AppDbHost.StartAsync(database);
        await using var host = await TestHost.StartAsync(TimeSpan.FromSeconds(7), mfa =>
        {
            mfa.Services.AddDbContextPool<AppDb>(o => o.UseSqlite(database.ConnectionString), poolSize: 1);
            mfa.AddEntityFrameworkStores<AppDb>();
        });

        await EveryVerbAsync(host.Store);

        await using var request = host.Request(out var db);
        Assert.Null(db.Database.GetCommandTimeout());
        Assert.Equal(30, ((SqliteConnection)db.Database.GetDbConnection()).DefaultTimeout);
        Assert.Empty(db.ChangeTracker.Entries());
    }

    private static ValueTask<ChargeResult> ChargeAsync(IMfaFactorStore store) =>
        store.ChargeAsync(Subject, "totp", FailureLane.Unknown, DateTimeOffset.UnixEpoch, Limits, default);

    private static async Task EveryVerbAsync(IMfaFactorStore store)
    {
        var clears = new FailureClearance("totp", EveryMethod: false, FailureLane.Unknown);
        var factor = new MfaFactor { Id = "1", Subject = Subject, Method = "totp", ProtectedSecret = "s", CreatedAt = DateTimeOffset.UnixEpoch };
        Assert.True(await store.TryAddFirstFactorAsync(factor, ["a", "b"], default, default));
        Assert.True(await store.TryAddFactorAsync(factor with { Id = "2" }, 10, default, default));
        var charged = Assert.IsType<ChargeResult.Charged>(await ChargeAsync(store));
        await store.RefundAsync(Subject, charged.Charge, default);
        Assert.True(await store.TryUseFactorAsync(factor, 1, clears, default));
        Assert.True(await store.TryUpdateAsync(factor, 2, default));
        Assert.True(await store.TryConsumeCodeAsync(Subject, "a", clears, default, default));
        Assert.True(await store.TryReplaceCodesAsync(Subject, ["c"], default, default));
        Assert.True(await store.TryRemoveFactorAsync(Subject, "2", default, default));
        Assert.True(await store.TryWriteHistoryAsync(Subject, [1], 0, default, default));
        Assert.Equal([1], (await store.FindHistoryAsync(Subject, default)).Data);
        await foreach (var (subject, _) in store.ReadHistoriesAsync(default)) Assert.Equal(Subject, subject);
        Assert.Equal(1, await store.RemoveExpiredHistoriesAsync(default, 1, default));
        await store.RemoveHistoryAsync(Subject, default);
        Assert.Equal("key", await store.GetOrAddLookupKeyAsync("key", default));
        Assert.Single((await store.FindAsync(Subject, default)).Factors);
    }
}
