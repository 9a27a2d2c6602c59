using System.Globalization;
using MfaMiddleware.Factors;
using MfaMiddleware.PendingSessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Xunit.Abstractions;

namespace MfaMiddleware.EntityFrameworkCore.Tests;

/// <summary>Every single-use claim raced by two processes of the operating system on one SQLite file.</summary>
public sealed class TwoProcessRaceTests(ITestOutputHelper output)
{
    private const int Rounds = 50;
    private static readonly TimeSpan Head = TimeSpan.FromMilliseconds(5);

    [Theory]
    [InlineData("use")]
    [InlineData("code")]
    [InlineData("first")]
    public async Task Of_two_processes_that_claim_at_once_exactly_one_wins(string verb)
    {
        await using var database = new TestDatabase();
        await using var host = await TestHost.StartOwnContextAsync(database);
        for (var round = 0; round < Rounds && verb != "first"; round++) await EnrolAsync(host.Store, $"user{round}");
        using var left = await RacerProcess.StartAsync(database.File, "left");
        using var right = await RacerProcess.StartAsync(database.File, "right");

        var wins = (Left: 0, Right: 0);
        for (var round = 0; round < Rounds; round++)
        {
            var claim = string.Create(CultureInfo.InvariantCulture, $"{verb} user{round} {(TimeProvider.System.GetUtcNow() + Head).UtcTicks}");
            var answers = await Task.WhenAll(left.ClaimAsync(claim), right.ClaimAsync(claim));

            Assert.Equal(["lost", "won"], answers.Order());
            wins = answers[0] == "won" ? (wins.Left + 1, wins.Right) : (wins.Left, wins.Right + 1);
            await AssertClaimedOnceAsync(host.Store, verb, round);
        }

        output.WriteLine($"{verb}: left won {wins.Left}, right won {wins.Right}");
    }

    [Fact]
    public async Task Of_two_processes_that_answer_one_session_exactly_one_wins()
    {
        await using var database = new TestDatabase();
        await using var host = await TestHost.StartAsync(null, mfa =>
        {
            mfa.Services.AddSingleton(TimeProvider.System);
            mfa.AddEntityFrameworkStores(o => o.UseSqlite(database.ConnectionString)).AddEntityFrameworkPendingSessions();
        });
        var store = host.Services.GetRequiredService<IPendingSessionStore>();
        using var left = await RacerProcess.StartAsync(database.File, "left");
        using var right = await RacerProcess.StartAsync(database.File, "right");

        for (var round = 0; round < Rounds; round++)
        {
            var id = await StoreAsync(store, $"user{round}");
            var claim = string.Create(CultureInfo.InvariantCulture, $"session {id} {(TimeProvider.System.GetUtcNow() + Head).UtcTicks}");

            var answers = await Task.WhenAll(left.ClaimAsync(claim), right.ClaimAsync(claim));

            Assert.Equal(["lost", "won"], answers.Order());
            Assert.Null(await store.FindAsync(id, default));
        }
    }

    [Fact]
    public async Task Two_processes_that_start_at_once_on_a_new_file_share_its_tables()
    {
        await using var database = new TestDatabase();

        var racers = await Task.WhenAll(RacerProcess.StartAsync(database.File, "left"), RacerProcess.StartAsync(database.File, "right"));

        foreach (var racer in racers)
            using (racer) Assert.Equal("lost", await racer.ClaimAsync("code nobody 0"));
    }

    private static async Task EnrolAsync(IMfaFactorStore store, string subject)
    {
        var factor = new MfaFactor
        {
            Id = "factor-" + subject,
            Subject = new("", subject),
            Method = "totp",
            ProtectedSecret = "secret",
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        Assert.True(await store.TryAddFirstFactorAsync(factor, ["code-" + subject], default, default));
    }

    private static async Task<string> StoreAsync(IPendingSessionStore store, string subject)
    {
        var now = TimeProvider.System.GetUtcNow();
        var session = new PendingSession
        {
            Id = "session-" + subject,
            Kind = PendingSessionKind.Json,
            Purpose = PendingSessionPurpose.ComeBack,
            Subject = new("", subject),
            Network = "",
            SecretHash = new byte[32],
            CreatedAt = now,
            ExpiresAt = now + TimeSpan.FromMinutes(2),
            AttemptsRemaining = 5,
            Payload = [1],
        };
        Assert.IsType<CreateResult.Created>(await store.CreateAsync(session, new PendingSessionLimits(5, TimeSpan.FromMinutes(1), 1000), default));
        return session.Id;
    }

    private static async Task AssertClaimedOnceAsync(IMfaFactorStore store, string verb, int round)
    {
        var account = await store.FindAsync(new("", $"user{round}"), default);
        Assert.Equal(verb == "use" ? 2 : 1, Assert.Single(account.Factors).Version);
        Assert.Equal(verb == "code" ? 0 : 1, account.RecoveryCodesRemaining);
    }
}
