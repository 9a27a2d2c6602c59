using MfaMiddleware.Redis.Tests.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace MfaMiddleware.Redis.Tests.PendingSessions;

/// <summary>What is asked of the server, counted by the server.</summary>
[Collection(RedisCollection.Name)]
public sealed class RoundTripTests(SharedRedis redis)
{
    [Fact]
    public async Task WholeFlow_TakesThreeRoundTrips()
    {
        await using var node = await StartAsync();
        // Once in a process the scripts are told to the server.
        await FlowAsync(node, "warm");
        await redis.Server.CommandAsync("CONFIG", "RESETSTAT");

        for (var i = 0; i < 5; i++) await FlowAsync(node, $"user{i}");

        Assert.Equal(5 * 3, await redis.Server.ScriptCallsAsync());
    }

    [Fact]
    public async Task EachOtherVerb_TakesOneRoundTrip()
    {
        await using var node = await StartAsync();
        await VerbsAsync(node);
        await redis.Server.CommandAsync("CONFIG", "RESETSTAT");

        Assert.Equal(await VerbsAsync(node), await redis.Server.ScriptCallsAsync());
    }

    [Fact]
    public async Task ServerThatForgotTheScripts_IsToldThemAgainAndNobodyNotices()
    {
        await using var node = await StartAsync();
        await FlowAsync(node, "before");

        await redis.Server.CommandAsync("SCRIPT", "FLUSH");

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => FlowAsync(node, $"after{i}")));
    }

    [Fact]
    public async Task EveryKey_IsSweptByTheServer()
    {
        var prefix = SharedRedis.NewPrefix();
        await using var node = await StartAsync(prefix);
        await VerbsAsync(node);
        await node.Sessions.StoredAsync();
        await node.Budgets.TryChargeAsync([new("b", 1, TimeSpan.FromHours(1))], TimeProvider.System.GetUtcNow(), default);

        var keys = (await redis.Server.CommandAsync("KEYS", prefix + ":*")).Split("\r\n").Where(l => l.StartsWith(prefix, StringComparison.Ordinal) && !l.EndsWith(":p", StringComparison.Ordinal)).ToList();

        Assert.True(keys.Count >= 4);
        foreach (var key in keys) Assert.DoesNotContain("-1", await redis.Server.CommandAsync("PTTL", key), StringComparison.Ordinal);
        // What belongs to a subject lies in one slot.
        Assert.Single(keys.Where(k => k.Contains('{', StringComparison.Ordinal)).Select(k => k.Split('{', '}')[1]).Distinct());
    }

    /// <summary>Without the service that asks now and then whether all is well: here each call is counted.</summary>
    private Task<RedisNode> StartAsync(string? prefix = null) => RedisNode.StartAsync("", o => o.KeyPrefix = prefix ?? SharedRedis.NewPrefix(), mfa: mfa =>
    {
        mfa.AddRedisPendingSessions(redis.Server.Address);
        mfa.Services.RemoveAll<IHostedService>();
    });

    private static async Task FlowAsync(RedisNode node, string user)
    {
        var session = await node.Sessions.AnsweringAsync(user);
        Assert.True(await node.Sessions.TryConsumeAsync(session.Id, 1, null, default));
    }

    /// <returns>How many verbs there were.</returns>
    private static async Task<int> VerbsAsync(RedisNode node)
    {
        var session = await node.Sessions.StoredAsync();
        Assert.NotNull(await node.Sessions.FindAsync(session.Id, default));
        Assert.NotNull(await node.Sessions.TryUpdateAsync(session.Id, 1, [1], session.ExpiresAt, default));
        Assert.NotNull(await node.Sessions.TrySpendAttemptAsync(session.Id, 2, default));
        Assert.True(await node.Sessions.RefundAsync(session.Id, 2, default));
        Assert.NotNull(await node.Sessions.TrySpendAttemptAsync(session.Id, 2, default));
        Assert.NotNull(await node.Sessions.RejectAsync(session.Id, 2, new byte[32], default));
        Assert.True(await node.Sessions.RemoveAsync(session.Id, default));
        return 8;
    }
}
