using MfaMiddleware.Factors;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace MfaMiddleware.EntityFrameworkCore.Tests;

public sealed class StartupTests
{
    [Fact]
    public async Task Folder_file_and_tables_are_made_at_start_with_a_write_ahead_log()
    {
        await using var database = new TestDatabase();
        Assert.False(Directory.Exists(Path.GetDirectoryName(database.File)));

        await using var host = await TestHost.StartOwnContextAsync(database);

        Assert.Equal("key", await host.Store.GetOrAddLookupKeyAsync("key", default));
        Assert.Equal("wal", await ScalarAsync(database, "PRAGMA journal_mode"));
    }

    [Fact]
    public async Task Tables_are_made_beside_those_that_a_database_has_already()
    {
        await using var database = new TestDatabase();
        await ScalarAsync(database, "CREATE TABLE Orders (Id INTEGER PRIMARY KEY); INSERT INTO Orders VALUES (42);");

        await using var host = await TestHost.StartOwnContextAsync(database);

        Assert.Equal("key", await host.Store.GetOrAddLookupKeyAsync("key", default));
        Assert.Equal(42L, await ScalarAsync(database, "SELECT Id FROM Orders"));
    }

    [Fact]
    public async Task Tables_of_another_shape_stop_the_start()
    {
        await using var database = new TestDatabase();
        await ScalarAsync(database, "CREATE TABLE MfaFactors (Id TEXT PRIMARY KEY)");

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartOwnContextAsync(database));

        Assert.Contains("scripts/", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_stored_is_there_after_a_restart()
    {
        await using var database = new TestDatabase();
        var subject = new MfaSubject("realm", "user");
        var limits = new FailureLimits(100, new Dictionary<string, int>());
        await using (var before = await TestHost.StartOwnContextAsync(database))
        {
            var factor = new MfaFactor { Id = "f", Subject = subject, Method = "totp", ProtectedSecret = "s", CreatedAt = DateTimeOffset.UnixEpoch };
            await before.Store.TryAddFirstFactorAsync(factor, ["one", "two"], default, default);
            await before.Store.TryUseFactorAsync(factor with { Counter = 5 }, 1, new("totp", false, FailureLane.Unknown), default);
            await before.Store.TryConsumeCodeAsync(subject, "one", new("totp", false, FailureLane.Unknown), default, default);
            for (var i = 0; i < 5; i++) await before.Store.ChargeAsync(subject, "totp", FailureLane.Unknown, DateTimeOffset.UnixEpoch, limits, default);
            await before.Store.GetOrAddLookupKeyAsync("first", default);
            await before.Store.TryWriteHistoryAsync(subject, [1, 2], 0, default, default);
        }

        await using var after = await TestHost.StartOwnContextAsync(database);

        var account = await after.Store.FindAsync(subject, default);
        Assert.Equal((5, 2), (Assert.Single(account.Factors).Counter, account.Factors[0].Version));
        Assert.Equal(1, account.RecoveryCodesRemaining);
        Assert.False(await after.Store.TryConsumeCodeAsync(subject, "one", new("totp", false, FailureLane.Unknown), default, default));
        Assert.IsType<ChargeResult.MustWait>(await after.Store.ChargeAsync(subject, "totp", FailureLane.Unknown, DateTimeOffset.UnixEpoch, limits, default));
        Assert.Equal([1, 2], (await after.Store.FindHistoryAsync(subject, default)).Data);
        Assert.Equal("first", await after.Store.GetOrAddLookupKeyAsync("second", default));
    }

    [Fact]
    public async Task A_row_of_before_the_lanes_counts_as_failures_of_devices_that_are_not_known()
    {
        await using var database = new TestDatabase();
        await using var host = await TestHost.StartOwnContextAsync(database);
        await ScalarAsync(database, """
            INSERT INTO MfaAccounts (Realm, Subject, ConsecutiveFailures, WaitUntil, FailuresByMethod, FactorsChangedAt, WasReset, Version)
            VALUES ('', 'user', 4, NULL, '{"totp":4}', 0, 0, 1)
            """);
        Task<ChargeResult> ChargeAsync(FailureLane lane) =>
            host.Store.ChargeAsync(new("", "user"), "totp", lane, DateTimeOffset.UnixEpoch, new(6, new Dictionary<string, int>()), default).AsTask();

        Assert.NotNull(Assert.IsType<ChargeResult.Charged>(await ChargeAsync(FailureLane.Unknown)).Charge.WaitUntil);
        Assert.Null(Assert.IsType<ChargeResult.Charged>(await ChargeAsync(FailureLane.KnownDevice)).Charge.WaitUntil);
        Assert.IsType<ChargeResult.Capped>(await ChargeAsync(FailureLane.KnownDevice));
    }

    [Fact]
    public async Task A_context_without_the_tables_stops_the_start_and_names_the_line_to_add()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(null, mfa =>
        {
            mfa.Services.AddDbContext<AppDbWithoutMfa>(o => o.UseSqlite("Data Source=:memory:"));
            mfa.AddEntityFrameworkStores<AppDbWithoutMfa>();
        }));

        Assert.Contains("AppDbWithoutMfa.OnModelCreating: modelBuilder.UseMfa();", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_context_that_is_not_registered_stops_the_start_and_names_the_line_to_add()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(null, mfa => mfa.AddEntityFrameworkStores<AppDb>()));

        Assert.Contains("AddDbContext<AppDb>(", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Adding_the_stores_twice_adds_them_once_and_the_last_one_named_counts()
    {
        var services = new ServiceCollection();
        var mfa = new MfaBuilder(services).AddEntityFrameworkStores<AppDb>().AddEntityFrameworkStores<AppDb>();

        var own = mfa.AddEntityFrameworkStores(o => o.UseSqlite("Data Source=:memory:")).Services.Single(s => s.ServiceType == typeof(IMfaFactorStore));

        Assert.Equal(typeof(MfaDbContext), own.ImplementationType!.GenericTypeArguments.Single());
        Assert.Equal(2, services.Count(s => s.ServiceType == typeof(IHostedService)));
    }

    private static async Task<object?> ScalarAsync(TestDatabase database, string sql)
    {
        await using var connection = database.Open();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the test's own literals
        command.CommandText = sql;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }
}
