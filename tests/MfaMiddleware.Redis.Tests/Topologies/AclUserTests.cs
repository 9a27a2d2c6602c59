using MfaMiddleware.Redis.Connection;
using MfaMiddleware.Redis.Tests.Server;
using MfaMiddleware.Redis.Tests.Startup;
using Microsoft.Extensions.Options;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Topologies;

/// <summary>A user of our own on the servers, and another on the sentinels, with no more rights than docs/redis.md names.</summary>
[Collection("One after the other: each takes all that the machine has")]
public sealed class AclUserTests
{
    [Fact]
    public async Task SentinelsAndServersWithUsersOfTheirOwn_AreAskedByEachsOwn()
    {
        await using var group = await RedisSentinelGroup.StartAsync("data-Pass-1", "sentinel-Pass-1");
        foreach (var server in group.Replicas.Append(group.Primary)) await LetInAsync(server, "data-Pass-7", RightsTests.Rights);
        foreach (var sentinel in group.Sentinels) await LetInAsync(sentinel, "sentinel-Pass-7", "&* +@connection +@pubsub +info +sentinel");
        var configuration = group.Configuration + ",user=shop,password=data-Pass-7";
        if (!ClientSwitches.HasUser)
        {
            // A client that knows no users says so before anything starts.
            await Assert.ThrowsAsync<OptionsValidationException>(() => RedisNode.StartAsync(configuration));
            return;
        }

        await using var node = await RedisNode.StartAsync(configuration, o => (o.SentinelUser, o.SentinelPassword, o.KeyPrefix) = ("shop", "sentinel-Pass-7", "mfa"));
        var session = await node.Sessions.StoredAsync();
        Assert.NotNull(await node.Sessions.FindAsync(session.Id, default));
        Assert.NotEqual(0, await group.Primary.ScriptCallsAsync());
    }

    private static async Task LetInAsync(RedisServer server, string password, string rights) =>
        Assert.StartsWith("+OK", await server.CommandAsync(["ACL", "SETUSER", "shop", "on", ">" + password, .. rights.Split(' ')]), StringComparison.Ordinal);
}
