using MfaMiddleware.Factors;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using WebHost = MfaMiddleware.TestKit.Hosting.TestHost;

namespace MfaMiddleware.EntityFrameworkCore.Tests.Faults;

/// <summary>
/// A node is killed between the writes of an answer, after each in turn, until it lives through all of them; another node goes on with what is stored.
/// </summary>
public abstract class KilledNodeTests
{
    private const int MostMoments = 40;

    private protected abstract Task<ITestDatabase> NewDatabaseAsync();

    /// <summary>What the database says of itself after the kill.</summary>
    private protected abstract Task AssertSoundAsync(ITestDatabase database);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Length", "Long")]
    public async Task C22_Node_that_is_killed_at_any_write_of_an_answer_leaves_each_code_good_once_and_no_session_without_its_mark(bool byRecoveryCode)
    {
        var moment = 1;
        while (await IsKilledAsync(byRecoveryCode, moment)) Assert.True(++moment < MostMoments, "There is no end of writes.");

        // Spend, charge, the three writes of the mark's transaction and its commit, consume.
        Assert.InRange(moment, 7, MostMoments);
    }

    /// <summary>The moments before and after the commit of the mark, for each run of the tests.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public async Task C22_Node_that_is_killed_around_the_mark_leaves_the_code_good_once_and_no_session_without_its_mark(int moment) =>
        Assert.True(await IsKilledAsync(byRecoveryCode: false, moment));

    /// <summary>One life.</summary>
    /// <returns>Whether it ended at the moment; false where it came through with its answer.</returns>
    private async Task<bool> IsKilledAsync(bool byRecoveryCode, int moment)
    {
        var keys = Directory.CreateTempSubdirectory("mfa-keys-");
        await using var database = await NewDatabaseAsync();
        var nodes = new FaultHost { Keys = DataProtectionProvider.Create(keys) };
        var (alice, challenge, before) = await ChallengedAsync(nodes, database);
        var code = byRecoveryCode ? alice.RecoveryCodes[0] : alice.Device.Code();

        var (node, mortal) = await MortalNode.StartAsync(database, keys, nodes.Clock.GetUtcNow(), moment);
        using var process = node;
        using var toMortal = mortal;
        var answer = await TryAnswerAsync(mortal, challenge, code);
        var wasKilled = node.End();

        await AssertSoundAsync(database);
        await using var host = await nodes.StartAsync(database.Use);
        using var client = host.Client();
        var isMarked = await MarkAsync(host) != before;
        // Whoever got a session has used the code; whoever was told nothing may have.
        if (answer is not null) Assert.True(isMarked);
        var again = await client.AnswerAsync(challenge, code);
        var anew = await client.AnswerAsync((await client.LoginAsync("alice")).Token, code);
        Assert.Equal(isMarked ? 0 : 1, ((Reply[])[again, anew]).Count(r => r.Status == 200));
        Assert.All((Reply[])[again, anew], r => Assert.True(r.Status is 200 or 401, r.Body));
        Assert.All(((Reply[])[again, anew]).Where(r => r.Status == 401), r => Assert.Empty(r.SessionCookies));
        Assert.NotEqual(before, await MarkAsync(host));
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(200, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, alice.Device.Code())).Status);
        keys.Delete(recursive: true);
        return wasKilled;
    }

    /// <summary>A sign-in that another node held, which has ended since: nobody has the database open.</summary>
    private static async Task<(EnrolledUser Alice, string? Challenge, (long, int) Mark)> ChallengedAsync(FaultHost nodes, ITestDatabase database)
    {
        await using var host = await nodes.StartAsync(database.Use);
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        return (alice, (await client.LoginAsync("alice")).Token, await MarkAsync(host));
    }

    private static async Task<(long, int)> MarkAsync(WebHost host)
    {
        var account = await host.Services.GetRequiredService<IMfaFactorStore>().FindAsync(new("", "alice"), default);
        return (account.Factors[0].Counter, account.RecoveryCodesRemaining);
    }

    /// <returns>Null where the node ended before it said anything.</returns>
    private static async Task<Reply?> TryAnswerAsync(MfaClient client, string? token, string code)
    {
        try
        {
            var reply = await client.AnswerAsync(token, code);
            Assert.Equal(200, reply.Status);
            return reply;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}

public sealed class SqliteKilledNodeTests : KilledNodeTests
{
    private protected override Task<ITestDatabase> NewDatabaseAsync() => Task.FromResult<ITestDatabase>(new TestDatabase());

    private protected override async Task AssertSoundAsync(ITestDatabase database)
    {
        await using var connection = ((TestDatabase)database).Open();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        Assert.Equal("ok", await command.ExecuteScalarAsync());
    }
}
