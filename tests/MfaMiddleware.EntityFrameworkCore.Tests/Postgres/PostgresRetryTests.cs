using System.Data.Common;
using MfaMiddleware.Factors;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.TestKit.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace MfaMiddleware.EntityFrameworkCore.Tests.Postgres;

/// <summary>What is tried again, and what isn't. In a host's own context that tries again by itself where the host said so.</summary>
[Collection(PostgresGroup.Name)]
public sealed class PostgresRetryTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly FailureClearance Clears = new("totp", EveryMethod: false, FailureLane.Unknown);
    private static readonly FailureLimits Limits = new(100, new Dictionary<string, int>());
    private static readonly MfaSubject User = new("", "user");

    private static readonly MfaFactor Factor =
        new() { Id = "f", Subject = User, Method = "totp", ProtectedSecret = "s", CreatedAt = DateTimeOffset.UnixEpoch };

    private PostgresDatabase _database = null!;

    public async Task InitializeAsync() => _database = await PostgresDatabase.MadeAsync(server);

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Theory]
    [InlineData("40001", false)]
    [InlineData("40P01", false)]
    [InlineData("40001", true)]
    [InlineData("40P01", true)]
    public async Task What_the_database_rolled_back_is_tried_again(string state, bool hostRetries)
    {
        await using var host = await EnrolledAsync(hostRetries);
        await _database.FailUpdatesAsync("MfaAccounts", state);

        Assert.True(await host.Store.TryUseFactorAsync(Factor, 1, Clears, default));
        var charged = Assert.IsType<ChargeResult.Charged>(await ChargeAsync(host.Store));
        await host.Store.RefundAsync(User, charged.Charge, default);
        Assert.True(await host.Store.TryConsumeCodeAsync(User, "a", Clears, default, default));

        Assert.False(await host.Store.TryUseFactorAsync(Factor, 1, Clears, default));
        Assert.Equal(0L, await FailuresAsync());
        Assert.True((long)(await _database.ExecuteAsync("SELECT last_value FROM faults"))! > 9);
    }

    [Fact]
    public async Task What_fails_again_and_again_ends_with_the_budget()
    {
        await using var host = await EnrolledAsync(hostRetries: false, TimeSpan.FromMilliseconds(300));
        await _database.FailUpdatesAsync("MfaFactors", "40001");
        await _database.ExecuteAsync("CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'injected' USING ERRCODE = '40001'; END $$");

        await Assert.ThrowsAsync<RetryLimitExceededException>(() => host.Store.TryUseFactorAsync(Factor, 1, Clears, default).AsTask());

        await _database.HealAsync("MfaFactors");
        Assert.True(await host.Store.TryUseFactorAsync(Factor, 1, Clears, default));
    }

    [Fact]
    public async Task A_real_deadlock_costs_nobody_a_right_answer()
    {
        await using var host = await EnrolledAsync(hostRetries: false);
        await using var other = await _database.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await RunAsync(other, """UPDATE "MfaFactors" SET "Name" = 'held' """);
        // The store has the account's row and waits for the factor's, the other the other way round: the server ends one of the two.
        var use = host.Store.TryUseFactorAsync(Factor, 1, Clears, default).AsTask();
        await WaitForAWaiterAsync();

        var error = await Record.ExceptionAsync(() => RunAsync(other, """UPDATE "MfaAccounts" SET "Version" = "Version" + 1"""));
        await transaction.RollbackAsync();

        Assert.True(await use);
        Assert.True(error is null or PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected });
        Assert.Equal(2L, await _database.ExecuteAsync("""SELECT "Version" FROM "MfaFactors" """));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_broke_before_the_commit_is_made_again(bool hostRetries)
    {
        await using var host = await EnrolledAsync(hostRetries);
        await _database.BreakNextUpdateAsync("MfaFactors", inCommit: false);

        Assert.True(await host.Store.TryUseFactorAsync(Factor, 1, Clears, default));
        Assert.Single((await host.Store.FindAsync(User, default)).Factors, f => f.Version == 2);
    }

    [Fact]
    public async Task Reading_survives_a_server_that_dropped_the_idle_connections()
    {
        await using var host = await EnrolledAsync(hostRetries: false);
        await DropAsync();

        Assert.Single((await host.Store.FindAsync(User, default)).Factors);
    }

    [Fact]
    public async Task What_begins_by_reading_survives_it_too()
    {
        await using var host = await EnrolledAsync(hostRetries: false);
        await DropAsync();
        Assert.IsType<ChargeResult.Charged>(await ChargeAsync(host.Store));

        await DropAsync();
        Assert.True(await host.Store.TryWriteHistoryAsync(User, [1], 0, DateTimeOffset.UnixEpoch, default));

        await DropAsync();
        var session = new PendingSession
        {
            Id = "s", Kind = PendingSessionKind.Json, Purpose = PendingSessionPurpose.SignIn, Subject = User, Network = "", SecretHash = new byte[32],
            CreatedAt = DateTimeOffset.MaxValue.AddMinutes(-5), ExpiresAt = DateTimeOffset.MaxValue, AttemptsRemaining = 5, Payload = [],
        };
        var sessions = host.Services.GetRequiredService<IPendingSessionStore>();
        Assert.IsType<CreateResult.Created>(await sessions.CreateAsync(session, new(5, TimeSpan.Zero, 100_000), default));

        await DropAsync();
        Assert.NotNull(await sessions.TrySpendAttemptAsync("s", session.Version, default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_commit_without_an_answer_is_not_tried_again_and_counts(bool hostRetries)
    {
        await using var host = await EnrolledAsync(hostRetries);
        await _database.HoldAnswersOfUpdatesAsync("MfaFactors");
        var use = host.Store.TryUseFactorAsync(Factor, 1, Clears, default).AsTask();
        await _database.TerminateHeldAsync();

        await AssertFailsAsync(use);

        await _database.HealAsync("MfaFactors");
        Assert.False(await host.Store.TryUseFactorAsync(Factor, 1, Clears, default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refund_without_an_answer_gives_one_attempt_back_and_not_two(bool hostRetries)
    {
        await using var host = await EnrolledAsync(hostRetries);
        Charge charge = null!;
        for (var i = 0; i < 3; i++) charge = Assert.IsType<ChargeResult.Charged>(await ChargeAsync(host.Store)).Charge;
        await _database.HoldAnswersOfUpdatesAsync("MfaAccounts");
        var refund = host.Store.RefundAsync(User, charge, default).AsTask();
        await _database.TerminateHeldAsync();

        await AssertFailsAsync(refund);

        Assert.Equal(2L, await FailuresAsync());
    }

    private async Task<TestHost> EnrolledAsync(bool hostRetries, TimeSpan? budget = null)
    {
        var host = await TestHost.StartAsync(budget, mfa =>
        {
            if (!hostRetries)
            {
                mfa.AddEntityFrameworkStores(_database.Use).AddEntityFrameworkPendingSessions();
                return;
            }

            mfa.Services.AddDbContext<AppDb>(o => o.UseNpgsql(_database.ConnectionString, npgsql => npgsql.EnableRetryOnFailure()));
            mfa.AddEntityFrameworkStores<AppDb>();
        });
        Assert.True(await host.Store.TryAddFirstFactorAsync(Factor, ["a"], default, default));
        return host;
    }

    private async Task DropAsync() =>
        await _database.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

    private async Task WaitForAWaiterAsync()
    {
        while ((long)(await _database.ExecuteAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"))! == 0)
            await _database.ExecuteAsync("SELECT pg_sleep(0.01)");
    }

    private async Task<object?> FailuresAsync() => await _database.ExecuteAsync("""SELECT "ConsecutiveFailures"::bigint FROM "MfaAccounts" """);

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task AssertFailsAsync(Task verb)
    {
        var error = await Record.ExceptionAsync(() => verb);
        while (error is not (null or DbException)) error = error.InnerException;
        Assert.NotNull(error);
    }

    private static ValueTask<ChargeResult> ChargeAsync(IMfaFactorStore store) =>
        store.ChargeAsync(User, "totp", FailureLane.Unknown, DateTimeOffset.UnixEpoch, Limits, default);
}
