using System.Data.Common;
using System.Diagnostics;
using MfaMiddleware.Factors;
using Microsoft.Data.Sqlite;
using Xunit;

namespace MfaMiddleware.EntityFrameworkCore.Tests;

/// <summary>Another program holds the write lock of the file: a verb waits within its budget or throws, and never answers wrongly.</summary>
public sealed class BusyDatabaseTests : IAsyncLifetime
{
    private static readonly FailureClearance Clears = new("totp", EveryMethod: false, FailureLane.Unknown);
    private static readonly FailureLimits Limits = new(100, new Dictionary<string, int>());

    private static readonly MfaFactor Factor =
        new() { Id = "f", Subject = new("", "user"), Method = "totp", ProtectedSecret = "s", CreatedAt = DateTimeOffset.UnixEpoch };

    private readonly TestDatabase _database = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_verb_that_can_not_write_throws_within_its_budget_and_changes_nothing(bool ownContext)
    {
        await using var host = await StartAsync(ownContext, TimeSpan.FromSeconds(1));
        Assert.True(await host.Store.TryAddFirstFactorAsync(Factor, ["a"], default, default));
        var store = host.Store;

        await using (var writer = await LockAsync())
        {
            await AssertThrowsInTimeAsync(() => store.TryUseFactorAsync(Factor, 1, Clears, default));
            await AssertThrowsInTimeAsync(() => store.TryConsumeCodeAsync(Factor.Subject, "a", Clears, default, default));
            await AssertThrowsInTimeAsync(() => store.TryAddFirstFactorAsync(Factor with { Subject = new("", "other"), Id = "g" }, [], default, default));
            await AssertThrowsInTimeAsync(() => store.TryAddFactorAsync(Factor with { Id = "g" }, 10, default, default));
            await AssertThrowsInTimeAsync(() => store.TryRemoveFactorAsync(Factor.Subject, "f", default, default));
            await AssertThrowsInTimeAsync(() => store.ChargeAsync(Factor.Subject, "totp", FailureLane.Unknown, DateTimeOffset.UnixEpoch, Limits, default));
            await AssertThrowsInTimeAsync(() => store.GetOrAddLookupKeyAsync("key", default));
        }

        Assert.True(await store.TryUseFactorAsync(Factor, 1, Clears, default));
        Assert.True(await store.TryConsumeCodeAsync(Factor.Subject, "a", Clears, default, default));
    }

    [Fact]
    public async Task A_verb_waits_for_a_writer_that_ends_within_its_budget()
    {
        await using var host = await StartAsync(ownContext: true, TimeSpan.FromSeconds(60));
        Assert.True(await host.Store.TryAddFirstFactorAsync(Factor, [], default, default));
        var writer = await LockAsync();

        using var started = new ManualResetEventSlim();
        var use = Task.Run(async () =>
        {
            started.Set();
            return await host.Store.TryUseFactorAsync(Factor, 1, Clears, default);
        });
        started.Wait();
        Assert.False(use.IsCompleted);
        await writer.DisposeAsync();

        Assert.True(await use);
    }

    [Fact]
    public async Task Reading_goes_on_while_another_program_writes()
    {
        await using var host = await StartAsync(ownContext: true, TimeSpan.FromSeconds(1));
        Assert.True(await host.Store.TryAddFirstFactorAsync(Factor, [], default, default));

        await using var writer = await LockAsync();

        Assert.Single((await host.Store.FindAsync(Factor.Subject, default)).Factors);
    }

    private Task<TestHost> StartAsync(bool ownContext, TimeSpan budget) =>
        ownContext ? TestHost.StartOwnContextAsync(_database, budget) : AppDbHost.StartAsync(_database, budget);

    private async Task<SqliteConnection> LockAsync()
    {
        var connection = new SqliteConnection(_database.ConnectionString + ";Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private static async Task AssertThrowsInTimeAsync<T>(Func<ValueTask<T>> verb)
    {
        var started = Stopwatch.GetTimestamp();
        var error = await Record.ExceptionAsync(async () => await verb());

        Assert.IsAssignableFrom<DbException>(error?.InnerException ?? error);
        // A second of budget, and room for a slow machine: far from the 30 seconds that the driver would wait.
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }
}
