using System.Data.Common;
using MfaMiddleware.Factors;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.EntityFrameworkCore.Tests.Faults;

/// <summary>What clients see of a SQLite file in trouble.</summary>
public sealed class SqliteFaultTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task C20_While_another_program_holds_the_write_lock_answers_are_503_and_cost_no_attempt(bool pendingSessionsInMemory)
    {
        await using var database = new TestDatabase();
        var node = new FaultHost { StoreTimeout = "00:00:01", PendingSessionsInMemory = pendingSessionsInMemory };
        await using var host = await node.StartAsync(database.Use);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var challenge = await client.LoginAsync("alice");

        await using (var writer = database.Open())
        {
            await RunAsync(writer, "BEGIN IMMEDIATE");
            for (var second = 0; second < 10; second += 5)
            {
                Assert.Equal(503, (await client.AnswerAsync(challenge.Token, device.Code())).Status);
                host.Clock.Advance(TimeSpan.FromSeconds(5));
            }

            await RunAsync(writer, "ROLLBACK");
        }

        var wrong = await client.AnswerAsync(challenge.Token, device.WrongCode());
        Assert.Equal("4", wrong["attempts_remaining"]);
        var right = await client.AnswerAsync(wrong.Token, device.Code());
        Assert.Equal(200, right.Status);
        Assert.NotNull(await client.MeAsync(right.CookieHeader));
    }

    [Theory]
    [InlineData("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1073741823", false)]
    [InlineData("PRAGMA query_only = 1", "PRAGMA query_only = 0", false)]
    [InlineData("PRAGMA query_only = 1", "PRAGMA query_only = 0", true)]
    public async Task C21_On_a_full_or_read_only_disk_nobody_gets_a_session_whose_mark_was_not_stored(string fault, string cure, bool onlyAtTheMark)
    {
        await using var database = new TestDatabase();
        var disk = new Disk { State = cure };
        await using var host = await new FaultHost { StoreTimeout = "00:00:02" }.StartAsync(o => o.UseSqlite(database.ConnectionString).AddInterceptors(disk));
        using var client = host.Client();
        var store = host.Services.GetRequiredService<IMfaFactorStore>();
        var device = await host.EnrollTotpAsync("alice");
        var challenges = new List<Reply>();
        for (var i = 0; i < 5; i++) challenges.Add(await client.LoginAsync("alice"));

        if (onlyAtTheMark) disk.StateAtTheMark = fault;
        else disk.State = fault;
        var answers = new List<Reply>();
        foreach (var challenge in challenges) answers.Add(await client.AnswerAsync(challenge.Token, device.Code()));
        var newcomers = new List<Reply>();
        for (var i = 0; i < 12; i++) newcomers.Add(await client.LoginAsync($"user{i}"));
        (disk.State, disk.StateAtTheMark) = (cure, null);

        // A change in place needs no room: what passed on the full disk has its mark.
        var passed = answers.Count(a => a.Status == 200);
        Assert.Equal(passed, (await store.FindAsync(new("", "alice"), default)).Factors[0].Version - 1);
        Assert.InRange(passed, 0, fault.Contains("query_only", StringComparison.Ordinal) ? 0 : 1);
        Assert.All(answers.Where(a => a.Status != 200), a => Assert.Empty(a.SessionCookies));
        Assert.Equal(!onlyAtTheMark, newcomers.Exists(n => n.Status == 503));
        Assert.All(newcomers, n => Assert.Empty(n.SessionCookies));

        host.Clock.Advance(TimeSpan.FromSeconds(30));
        var later = await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.Code());
        Assert.Equal(200, later.Status);
    }

    private static async Task RunAsync(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // the test's own literals
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Says to each connection, as it is opened, what the disk has room for: SQLite then ends its statements with the errors of the real thing.</summary>
    private sealed class Disk : DbConnectionInterceptor, IDbCommandInterceptor
    {
        public required string State { get; set; }

        /// <summary>What it comes to between the counting of the attempt and the mark of the code.</summary>
        public string? StateAtTheMark { get; set; }

        public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default) =>
            await RunAsync((SqliteConnection)connection, State);

        public async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            if (StateAtTheMark is { } state && command.CommandText.StartsWith("UPDATE \"MfaFactors\"", StringComparison.Ordinal))
                await RunAsync((SqliteConnection)command.Connection!, state, (SqliteTransaction?)command.Transaction);
            return result;
        }
    }
}
