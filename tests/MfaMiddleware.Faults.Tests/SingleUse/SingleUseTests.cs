using System.Diagnostics;
using MfaMiddleware.Faults.Tests.Histories;
using MfaMiddleware.Faults.Tests.Nodes;
using MfaMiddleware.Faults.Tests.Visitors;
using MfaMiddleware.TestKit.Servers;
using Xunit;
using Xunit.Abstractions;

namespace MfaMiddleware.Faults.Tests.SingleUse;

/// <summary>
/// Two processes on one store, and clients that send every code to both: of what may be used once, one wins. Neither process sees the other's
/// memory, so no lock of one can be what makes it so.
/// </summary>
public sealed class SingleUseTests(PostgresServer postgres, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    private static readonly CrowdSize Few = new(Tokens: 8, Phones: 3, UsersOfAPhone: 2, Guessers: 2, VictimsOfAGuesser: 2);
    private static readonly CrowdSize Many = new(Tokens: 40, Phones: 20, UsersOfAPhone: 4, Guessers: 4, VictimsOfAGuesser: 15);

    [Fact]
    public async Task HundredsOfAnswersToTwoProcesses_OnRedisAndPostgreSql_AreExplainedBySingleUse()
    {
        await using var redis = await RedisServer.StartAsync();
        await CheckAsync("Redis and PostgreSQL", SiteDatabase.PostgreSql(postgres), redis.Address, Few, 400);
    }

    [Fact]
    [Trait("Length", "Long")]
    public async Task TenThousandAnswersToTwoProcesses_OnRedisAndPostgreSql_AreExplainedBySingleUse()
    {
        await using var redis = await RedisServer.StartAsync();
        await CheckAsync("Redis and PostgreSQL", SiteDatabase.PostgreSql(postgres), redis.Address, Many, 10_000);
    }

    [Fact]
    [Trait("Length", "Long")]
    public Task TenThousandAnswersToTwoProcesses_OnPostgreSql_AreExplainedBySingleUse() =>
        CheckAsync("PostgreSQL alone", SiteDatabase.PostgreSql(postgres), "", Many, 10_000);

    [Fact]
    [Trait("Length", "Long")]
    public Task ThousandsOfAnswersToTwoProcesses_OnSqlite_AreExplainedBySingleUse() =>
        CheckAsync("one SQLite file", SiteDatabase.Sqlite(), "", Few, 2_000);

    private async Task CheckAsync(string stores, SiteDatabase database, string redis, CrowdSize size, int answers)
    {
        await using var site = await Site.StartAsync(database, redis, "Redis:CallTimeout=00:00:15");
        await using var crowd = await Crowd.EnrolAsync(site, size);
        var began = Stopwatch.StartNew();
        crowd.Start();
        await crowd.UntilAsync(() => crowd.History.Answers >= answers, TimeSpan.FromMinutes(15));
        await crowd.StopAsync();
        began.Stop();

        var violations = new HistoryChecker(Site.Promises).Check(crowd.History);
        var row = HistoryRow.Of(crowd.History, violations);
        output.WriteLine(HistoryRow.Head);
        output.WriteLine($"| {stores} {row} {began.Elapsed.TotalSeconds:0} s |");
        Violation.AssertNone(violations);
        row.AssertHasContended();
    }
}
