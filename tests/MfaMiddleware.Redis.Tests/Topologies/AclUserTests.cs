using MfaMiddleware.Redis.Connection;
using MfaMiddleware.Redis.Tests.Faults;
using MfaMiddleware.Redis.Tests.Server;
using Microsoft.Extensions.Options;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Topologies;

/// <summary>A user of our own on the servers, and another on the sentinels, with no more rights than the documents name.</summary>
[Collection("One after the other: each takes all that the machine has")]
public sealed class AclUserTests
{
    /// <summary>As in docs/redis.md.</summary>
    private const string Rights = "~mfa:* &* -@all +@read +@write +@scripting +@connection +@pubsub -@dangerous +info +role +time +cluster|nodes";

    [Fact]
    public async Task UserWithTheRightsThatTheDocumentsName_IsEnough()
    {
        await using var server = await RedisServer.StartAsync();
        await LetInAsync(server, "data-Pass-7", Rights);
        var configuration = server.Address + ",user=shop,password=data-Pass-7";
        if (await IsRefusedAsync(configuration)) return;

        await using var host = await RedisHosts.StartAsync(configuration);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        await RedisHosts.AssertRecoversAsync(host, client, "alice", device);
        Assert.DoesNotContain("NOPERM", string.Join('\n', host.Logs.Lines), StringComparison.Ordinal);
        // What it asks of other keys it doesn't get.
        Assert.Contains("no permissions", await server.CommandAsync("ACL", "DRYRUN", "shop", "GET", "others:1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SentinelsAndServersWithUsersOfTheirOwn_AreAskedByEachsOwn()
    {
        await using var group = await RedisSentinelGroup.StartAsync("data-Pass-1", "sentinel-Pass-1");
        foreach (var server in group.Replicas.Append(group.Primary)) await LetInAsync(server, "data-Pass-7", Rights);
        foreach (var sentinel in group.Sentinels) await LetInAsync(sentinel, "sentinel-Pass-7", "&* -@all +@connection +@pubsub +info +sentinel");
        var configuration = group.Configuration + ",user=shop,password=data-Pass-7";
        if (await IsRefusedAsync(configuration)) return;

        await using var node = await RedisNode.StartAsync(configuration, o => (o.SentinelUser, o.SentinelPassword, o.KeyPrefix) = ("shop", "sentinel-Pass-7", "mfa"));
        var session = await node.Sessions.StoredAsync();
        Assert.NotNull(await node.Sessions.FindAsync(session.Id, default));
        Assert.NotEqual(0, await group.Primary.ScriptCallsAsync());
    }

    private static async Task LetInAsync(RedisServer server, string password, string rights) =>
        Assert.StartsWith("+OK", await server.CommandAsync(["ACL", "SETUSER", "shop", "on", ">" + password, .. rights.Split(' ')]), StringComparison.Ordinal);

    /// <summary>A client that knows no users says so before anything starts.</summary>
    private static async Task<bool> IsRefusedAsync(string configuration)
    {
        if (ClientSwitches.HasUser) return false;
        await Assert.ThrowsAsync<OptionsValidationException>(() => RedisNode.StartAsync(configuration));
        return true;
    }
}
