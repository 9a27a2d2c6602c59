using System.Diagnostics;
using MfaMiddleware.EntityFrameworkCore.Tests.Postgres;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Servers;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;

namespace MfaMiddleware.EntityFrameworkCore.Tests.Faults;

/// <summary>A primary that dies and a standby that has not got its last commits.</summary>
public sealed class PostgresFailoverTests : IAsyncLifetime
{
    private const string Ordinary = """
        CREATE ROLE app LOGIN;
        GRANT SELECT, INSERT, UPDATE, DELETE ON "MfaAccounts", "MfaFactors", "MfaRecoveryCodes", "MfaHistories", "MfaKeys", "MfaPendingSessions" TO app
        """;

    private readonly PostgresServer _primary = new();

    public Task InitializeAsync() => _primary.InitializeAsync();

    public Task DisposeAsync() => _primary.DisposeAsync();

    [Fact]
    [Trait("Length", "Long")]
    public async Task C25_After_a_failover_to_a_standby_that_lagged_no_code_from_before_it_passes_and_the_next_one_does()
    {
        await using var made = await PostgresDatabase.MadeAsync(_primary);
        await made.ExecuteAsync(Ordinary);
        var name = new NpgsqlConnectionStringBuilder(made.ConnectionString).Database!;
        var standby = await _primary.StandbyAsync();
        try
        {
            var copy = new PostgresDatabase(standby, name);
            var hosts = $"Host=127.0.0.1:{PortOf(made)},127.0.0.1:{PortOf(copy)};Username=app;Database={name};Target Session Attributes=primary;Host Recheck Seconds=0;GSS Encryption Mode=Disable;SSL Mode=Disable";
            var nodes = new FaultHost { StoreTimeout = "00:00:02" };
            await using var host = await nodes.StartAsync(o => o.UseNpgsql(hosts));
            using var client = host.Client();
            var device = await host.EnrollTotpAsync("alice");
            var idle = await host.EnrollTotpAsync("bob");
            await CaughtUpAsync(made, copy);

            // From here on the standby gets nothing.
            await copy.ExecuteAsync("ALTER SYSTEM SET primary_conninfo = ''");
            await copy.ExecuteAsync("SELECT pg_reload_conf()");
            await UntilAsync(async () => await copy.ExecuteAsync("SELECT count(*) FROM pg_stat_wal_receiver") is 0L);
            var (used, unused) = (device.Code(), idle.Code());
            Assert.Equal(200, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, used)).Status);
            var early = await client.LoginAsync("alice");
            Assert.Equal(401, (await client.AnswerAsync(early.Token, used)).Status);

            await _primary.KillAsync();
            await copy.ExecuteAsync("SELECT pg_promote()");
            Assert.Equal(1L, await copy.ExecuteAsync($"""SELECT "Version" FROM "MfaFactors" WHERE "Subject" = 'alice' """));

            // The mark is forgotten. A node that saw the old primary, and one that did not.
            var challenge = await ChallengedAsync(client, "alice");
            var replayed = await client.AnswerAsync(challenge.Token, used);
            Assert.Equal((401, 0), (replayed.Status, replayed.SessionCookies.Count));
            Assert.Equal(401, (await client.AnswerAsync((await client.LoginAsync("bob")).Token, unused)).Status);
            Assert.Contains(host.Logs.Lines, l => l.Contains("[2010]", StringComparison.Ordinal));
            await using (var newcomer = await nodes.StartAsync(o => o.UseNpgsql(hosts)))
            {
                using var newClient = newcomer.Client();
                Assert.Equal(401, (await newClient.AnswerAsync((await newClient.LoginAsync("alice")).Token, used)).Status);
                Assert.DoesNotContain(newcomer.Logs.Lines, l => l.Contains("[2010]", StringComparison.Ordinal));
            }

            // One window, and clocks that may be six seconds apart.
            host.Clock.Advance(TimeSpan.FromSeconds(36));
            Assert.Equal(401, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, used)).Status);
            var next = await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.Code());
            Assert.Equal(200, next.Status);
            Assert.NotNull(await client.MeAsync(next.CookieHeader));
            Assert.Equal(200, (await client.AnswerAsync((await client.LoginAsync("bob")).Token, idle.Code())).Status);
            Assert.Equal(401, (await client.AnswerAsync((await client.LoginAsync("bob")).Token, idle.Code())).Status);
        }
        finally
        {
            await standby.DisposeAsync();
        }
    }

    private static int PortOf(PostgresDatabase database) => new NpgsqlConnectionStringBuilder(database.ConnectionString).Port;

    private static async Task CaughtUpAsync(PostgresDatabase primary, PostgresDatabase standby)
    {
        var end = (string)(await primary.ExecuteAsync("SELECT pg_current_wal_lsn()::text"))!;
        await UntilAsync(async () => await standby.ExecuteAsync($"SELECT pg_last_wal_replay_lsn() >= '{end}'::pg_lsn") is true);
    }

    /// <summary>The driver looks for the new primary by and by.</summary>
    private static async Task<Reply> ChallengedAsync(MfaClient client, string user)
    {
        Reply? reply = null;
        await UntilAsync(async () => (reply = await client.LoginAsync(user)).Status == 200);
        return reply!;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var since = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(since.Elapsed < TimeSpan.FromSeconds(30), "It took too long.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
