using MfaMiddleware.Faults.Tests.Nodes;
using MfaMiddleware.TestKit.Servers;
using Xunit;
using Xunit.Abstractions;

namespace MfaMiddleware.Faults.Tests.Failover;

/// <summary>
/// Two processes, hundreds of sign-ins whose answers are under way, and the Redis that holds them is killed. What was written last may be lost with
/// it; the factor store has it that nobody gets in twice by one code, and that nothing wrong is forgotten.
/// </summary>
[Trait("Length", "Long")]
public sealed class FailoverTests(PostgresServer postgres, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(1500);

    [Fact]
    public async Task PrimaryThatIsKilledUnderHundredsOfSignIns_IsReplacedBySentinel_AndNothingPassesTwiceOrIsForgotten()
    {
        await using var redis = await RedisSentinelGroup.StartAsync();
        await PlayAsync(
            "Sentinel: 3 sentinels, 1 primary, 2 replicas; the primary", redis.Configuration, redis.Primary.KillAsync, redis.PromotedAsync,
            async () =>
            {
                await redis.Primary.RunAsync();
                await RedisServer.UntilAsync(redis.Primary, "replication", "role:slave");
            });
    }

    [Fact]
    public async Task MasterThatIsKilledUnderHundredsOfSignIns_IsReplacedByItsReplica_AndNothingPassesTwiceOrIsForgotten()
    {
        await using var redis = await RedisCluster.StartAsync(Silence);
        await PlayAsync(
            "Cluster: 3 masters, 3 replicas; one master", redis.Configuration, redis.Servers[2].KillAsync, () => redis.FailedOverAsync(2),
            async () =>
            {
                await redis.Servers[2].RunAsync();
                await RedisServer.UntilAsync(redis.Servers[2], "replication", "role:slave");
            });
    }

    private async Task PlayAsync(string topology, string redis, Func<Task> kill, Func<Task> promotion, Func<Task> comeBack)
    {
        await using var site = await Site.StartAsync(SiteDatabase.PostgreSql(postgres), redis);
        var row = await FailoverRun.PlayAsync(topology, site, kill, promotion, comeBack);
        output.WriteLine(FailoverRow.Head);
        output.WriteLine($"{row}");
        output.WriteLine($"The slowest answer took {row.Slowest.TotalSeconds:0.0} s.");
        FailoverRun.AssertHolds(row);
    }
}
