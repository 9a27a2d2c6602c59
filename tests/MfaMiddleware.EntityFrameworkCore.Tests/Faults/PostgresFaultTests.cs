using System.Diagnostics;
using MfaMiddleware.EntityFrameworkCore.Tests.Postgres;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Servers;
using Xunit;

namespace MfaMiddleware.EntityFrameworkCore.Tests.Faults;

/// <summary>What clients see of a PostgreSQL server in trouble.</summary>
[Collection(PostgresGroup.Name)]
public sealed class PostgresFaultTests(PostgresServer server)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task C23_A_commit_whose_connection_is_ended_lets_nobody_in_and_its_code_passes_once_at_most(bool isCommitted)
    {
        await using var database = await PostgresDatabase.MadeAsync(server);
        await using var host = await new FaultHost().StartAsync(database.Use);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var challenge = await client.LoginAsync("alice");

        var answer = isCommitted ? AnswerAndEndHeldCommitAsync(database, client, challenge, device) : AnswerAndBreakCommitAsync(database, client, challenge, device);
        var unknown = await answer;
        await database.HealAsync("MfaFactors");

        Assert.Equal(503, unknown.Status);
        Assert.Empty(unknown.SessionCookies);
        // Nobody knows of the mark but the database: it was made, or it wasn't and is made now.
        var again = await client.AnswerAsync(challenge.Token, device.Code());
        Assert.Equal(isCommitted ? 401 : 200, again.Status);
        var other = await client.LoginAsync("alice");
        Assert.Equal(401, (await client.AnswerAsync(other.Token, device.Code())).Status);
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(200, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.Code())).Status);
        Assert.Equal(3L, await database.ExecuteAsync("""SELECT "Version" FROM "MfaFactors" """));
    }

    [Fact]
    public async Task C24_Of_a_hundred_answers_with_one_code_to_two_nodes_one_passes_whatever_the_database_rolls_back()
    {
        await using var database = await PostgresDatabase.MadeAsync(server);
        var nodes = new FaultHost();
        await using var left = await nodes.StartAsync(database.Use);
        await using var right = await nodes.StartAsync(database.Use);
        using var toLeft = left.Client();
        using var toRight = right.Client();
        Assert.Equal("read committed", await database.ExecuteAsync("SHOW default_transaction_isolation"));
        var device = await left.EnrollTotpAsync("alice");
        var tokens = new List<string?>();
        for (var i = 0; i < 5; i++) tokens.Add((await (i % 2 == 0 ? toLeft : toRight).LoginAsync("alice")).Token);
        await database.FailUpdatesAsync("MfaFactors", "40001");
        await database.FailUpdatesAsync("MfaPendingSessions", "40P01");

        using var start = new Barrier(100);
        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return (i % 2 == 0 ? toLeft : toRight).AnswerAsync(tokens[i % 5], device.Code());
            },
            default,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()));

        Assert.Single(replies, r => r.Status == 200);
        Assert.Single(replies, r => r.SessionCookies.Count > 0);
        Assert.DoesNotContain(replies, r => r.Status >= 500);
        Assert.Equal(2L, await database.ExecuteAsync("""SELECT "Version" FROM "MfaFactors" """));
        Assert.True((long)(await database.ExecuteAsync("SELECT last_value FROM faults"))! >= 6);
    }

    [Fact]
    public async Task C26_An_exhausted_pool_and_statements_that_time_out_are_503_in_bounded_time_and_leave_no_queue()
    {
        await using var database = await PostgresDatabase.MadeAsync(server, "Maximum Pool Size=2;Options=-c statement_timeout=1500");
        await using var host = await new FaultHost { IsInRealTime = true, StoreTimeout = "00:00:03" }.StartAsync(database.Use);
        using var client = host.Client();
        var device = new TotpDevice("", (await host.EnrollTotpAsync("alice")).Secret, TimeProvider.System);
        var challenge = await client.LoginAsync("alice");
        await using (var other = await database.OpenAsync())
        await using (await other.BeginTransactionAsync())
        {
            await using var command = new Npgsql.NpgsqlCommand("""LOCK TABLE "MfaAccounts", "MfaPendingSessions" IN ACCESS EXCLUSIVE MODE""", other);
            await command.ExecuteNonQueryAsync();

            var started = Stopwatch.GetTimestamp();
            var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? client.LoginAsync($"user{i}") : client.AnswerAsync(challenge.Token, device.Code())));

            Assert.All(replies, r => Assert.Equal(503, r.Status));
            Assert.All(replies, r => Assert.Empty(r.SessionCookies));
            // Three seconds of budget for all at once, and room for a slow machine; by twos, each till its statement times out, they would take thirty.
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(15));
        }

        var done = await client.AnswerAsync(challenge.Token, device.Code());
        Assert.Equal(200, done.Status);
        Assert.NotNull(await client.MeAsync(done.CookieHeader));
    }

    private static async Task<Reply> AnswerAndEndHeldCommitAsync(PostgresDatabase database, MfaClient client, Reply challenge, TotpDevice device)
    {
        await database.HoldAnswersOfUpdatesAsync("MfaFactors");
        var answer = client.AnswerAsync(challenge.Token, device.Code());
        await database.TerminateHeldAsync();
        return await answer;
    }

    private static async Task<Reply> AnswerAndBreakCommitAsync(PostgresDatabase database, MfaClient client, Reply challenge, TotpDevice device)
    {
        await database.BreakNextUpdateAsync("MfaFactors", inCommit: true);
        return await client.AnswerAsync(challenge.Token, device.Code());
    }
}
