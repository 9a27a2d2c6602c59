using System.Globalization;
using MfaMiddleware.Factors;
using MfaMiddleware.PendingSessions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Xunit.Abstractions;

namespace MfaMiddleware.EntityFrameworkCore.Tests;

/// <summary>Every single-use claim raced by two processes of the operating system on one database.</summary>
public abstract class TwoProcessRaces(ITestOutputHelper output)
{
    private const int Rounds = 30;
    private static readonly TimeSpan Head = TimeSpan.FromMilliseconds(5);

    /// <summary>One that nobody has made yet.</summary>
    private protected abstract Task<ITestDatabase> NewDatabaseAsync();

    [Fact]
    public async Task Two_processes_that_start_at_once_on_a_new_database_share_it_and_of_each_claim_one_wins()
    {
        await using var database = await NewDatabaseAsync();
        // Either of them may make the tables.
        var racers = await Task.WhenAll(RacerProcess.StartAsync(database, "left"), RacerProcess.StartAsync(database, "right"));
        using var left = racers[0];
        using var right = racers[1];
        await using var host = await TestHost.StartAsync(null, mfa =>
        {
            mfa.Services.AddSingleton(TimeProvider.System);
            mfa.AddEntityFrameworkStores(database.Use).AddEntityFrameworkPendingSessions();
        });
        var sessions = host.Services.GetRequiredService<IPendingSessionStore>();

        foreach (var verb in (string[])["use", "code", "first", "session"])
        {
            var wins = (Left: 0, Right: 0);
            for (var round = 0; round < Rounds; round++)
            {
                var subject = $"{verb}{round}";
                if (verb is "use" or "code") await EnrolAsync(host.Store, subject);
                if (verb is "session") subject = await StoreAsync(sessions, subject);

                var claim = string.Create(CultureInfo.InvariantCulture, $"{verb} {subject} {(TimeProvider.System.GetUtcNow() + Head).UtcTicks}");
                var answers = await Task.WhenAll(left.ClaimAsync(claim), right.ClaimAsync(claim));

                Assert.Equal(["lost", "won"], answers.Order());
                wins = answers[0] == "won" ? (wins.Left + 1, wins.Right) : (wins.Left, wins.Right + 1);
                if (verb is "session") Assert.Null(await sessions.FindAsync(subject, default));
                else await AssertClaimedOnceAsync(host.Store, verb, subject);
            }

            output.WriteLine($"{verb}: left won {wins.Left}, right won {wins.Right}");
        }
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

    private static async Task AssertClaimedOnceAsync(IMfaFactorStore store, string verb, string subject)
    {
        var account = await store.FindAsync(new("", subject), default);
        Assert.Equal(verb == "use" ? 2 : 1, Assert.Single(account.Factors).Version);
        Assert.Equal(verb == "code" ? 0 : 1, account.RecoveryCodesRemaining);
    }
}

public sealed class SqliteTwoProcessRaceTests(ITestOutputHelper output) : TwoProcessRaces(output)
{
    private protected override Task<ITestDatabase> NewDatabaseAsync() => Task.FromResult<ITestDatabase>(new TestDatabase());
}
