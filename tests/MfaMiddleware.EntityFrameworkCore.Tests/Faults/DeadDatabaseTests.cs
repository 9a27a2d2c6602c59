using System.Diagnostics;
using MfaMiddleware.EntityFrameworkCore.Tests.Postgres;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Servers;
using Microsoft.EntityFrameworkCore;
using Xunit;
using WebHost = MfaMiddleware.TestKit.Hosting.TestHost;

namespace MfaMiddleware.EntityFrameworkCore.Tests.Faults;

/// <summary>A host that starts while its database doesn't answer. <c>admin</c> is under a rule that never asks for MFA.</summary>
public sealed class DeadDatabaseTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_host_whose_PostgreSQL_is_dead_starts_and_serves_within_seconds_of_its_return_whether_the_tables_are_there_or_not()
    {
        await using var made = await PostgresDatabase.MadeAsync(server);
        await using var unmade = PostgresDatabase.New(server);
        await server.StopAsync();
        await using var host = await StartAsync(made.Use);
        await using var other = await StartAsync(unmade.Use);
        using var client = host.Client();
        using var otherClient = other.Client();

        await AssertUnavailableAsync(client);
        await AssertUnavailableAsync(otherClient);
        await server.RestartAsync();
        var since = Stopwatch.StartNew();

        foreach (var (node, caller) in ((WebHost, MfaClient)[])[(host, client), (other, otherClient)])
        {
            await UntilAsync(since, async () => (await caller.LoginAsync("alice")).Status == 200);
            var alice = await caller.EnrollAsync(node, "alice");
            Assert.NotNull(await caller.MeAsync(alice.SignedIn.CookieHeader));
            Assert.Contains(node.Logs.Lines, l => l.Contains("[2001]", StringComparison.Ordinal));
            await UntilAsync(since, () => Task.FromResult(node.Logs.Lines.Any(l => l.Contains("[2002]", StringComparison.Ordinal))));
        }
    }

    [Fact]
    public async Task Tables_of_another_shape_that_are_found_after_the_start_are_reported_and_let_nobody_in()
    {
        await using var database = await PostgresDatabase.MadeAsync(server);
        await database.ExecuteAsync("""ALTER TABLE "MfaPendingSessions" RENAME TO "Renamed" """);
        await server.StopAsync();
        await using var host = await StartAsync(database.Use);
        using var client = host.Client();

        await server.RestartAsync();
        var since = Stopwatch.StartNew();
        await UntilAsync(since, () => Task.FromResult(host.Logs.Lines.Any(l => l.StartsWith("Critical", StringComparison.Ordinal) && l.Contains("[2003]", StringComparison.Ordinal))));
        Assert.Contains(host.Logs.Lines, l => l.Contains("[2003]", StringComparison.Ordinal) && l.Contains("scripts/", StringComparison.Ordinal));
        await AssertUnavailableAsync(client);

        // Whoever puts them right needs no restart.
        await database.ExecuteAsync("""ALTER TABLE "Renamed" RENAME TO "MfaPendingSessions" """);
        await UntilAsync(Stopwatch.StartNew(), async () => (await client.LoginAsync("alice")).Status == 200);
        Assert.Single(host.Logs.Lines, l => l.Contains("[2003]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_password_or_a_database_that_may_not_be_made_stops_the_start()
    {
        await using var made = await PostgresDatabase.MadeAsync(server);
        await made.ExecuteAsync("CREATE ROLE nobody LOGIN");
        var missing = server.ConnectionString("missing").Replace("Username=mfa", "Username=nobody", StringComparison.Ordinal);
        var unknown = made.ConnectionString.Replace("Username=mfa", "Username=unknown", StringComparison.Ordinal);

        foreach (var connection in (string[])[missing, unknown])
            await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(o => o.UseNpgsql(connection)));
    }

    [Fact]
    [Trait("Length", "Long")]
    public async Task A_host_whose_SQLite_file_is_locked_starts_and_serves_once_it_is_free()
    {
        await using var database = new TestDatabase();
        await using var writer = database.Open();
        await using var command = writer.CreateCommand();
        command.CommandText = "BEGIN EXCLUSIVE";
        await command.ExecuteNonQueryAsync();

        await using var host = await StartAsync(database.Use);
        using var client = host.Client();
        await AssertUnavailableAsync(client);
        command.CommandText = "ROLLBACK";
        await command.ExecuteNonQueryAsync();

        await UntilAsync(Stopwatch.StartNew(), async () => (await client.LoginAsync("alice")).Status == 200);
        Assert.NotNull(await client.MeAsync((await client.EnrollAsync(host, "alice")).SignedIn.CookieHeader));
    }

    private static Task<WebHost> StartAsync(Action<DbContextOptionsBuilder> database) => new FaultHost
    {
        StoreTimeout = "00:00:01",
        Configure = options =>
        {
            options.Settings["Policy:Rules:0:Role"] = "Admin";
            options.Settings["Policy:Rules:0:Mode"] = "Never";
        },
    }.StartAsync(database);

    private static async Task AssertUnavailableAsync(MfaClient client)
    {
        var reply = await client.LoginAsync("alice");
        Assert.Equal((503, "temporarily_unavailable"), (reply.Status, reply.Error));
        Assert.Empty(reply.SessionCookies);
        var admin = await client.LoginAsync("admin");
        Assert.Equal(200, admin.Status);
        Assert.NotNull(await client.MeAsync(admin.CookieHeader));
    }

    private static async Task UntilAsync(Stopwatch since, Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            Assert.True(since.Elapsed < Soon, $"Not within {since.Elapsed}.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }
}
