using MfaMiddleware.Redis.Connection;
using MfaMiddleware.Redis.Startup;
using MfaMiddleware.Redis.Tests.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Xunit;

namespace MfaMiddleware.Redis.Tests;

[Collection(RedisCollection.Name)]
public sealed class MfaRedisOptionsTests(SharedRedis redis)
{
    [Fact]
    public async Task SettingsThatCannotWork_StopTheStartAndAreAllNamed()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => RedisNode.StartAsync("127.0.0.1:1,nonsense=secret-7", o =>
        {
            o.CallTimeout = TimeSpan.FromMinutes(1);
            o.MaxInFlight = 0;
            o.KeyPrefix = "a{b}";
            o.SentinelUser = "mfa";
        }));

        foreach (var name in new[] { "Configuration", "CallTimeout", "MaxInFlight", "KeyPrefix", "SentinelUser" }) Assert.Contains("Mfa:Redis:" + name, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-7", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingConfiguration_StopsTheStart() =>
        await Assert.ThrowsAsync<OptionsValidationException>(() => RedisNode.StartAsync("", mfa: mfa => mfa.AddRedisPendingSessions()));

    [Fact]
    public async Task ConnectionOfTheHostsOwn_IsUsedAndLeftToTheHost()
    {
        using var multiplexer = await ConnectionMultiplexer.ConnectAsync(redis.Server.Address);
        await using (var node = await RedisNode.StartAsync("", o => o.KeyPrefix = SharedRedis.NewPrefix(), mfa: mfa => mfa.AddRedisPendingSessions(_ => multiplexer)))
        {
            var session = await node.Sessions.StoredAsync();
            Assert.NotNull(await node.Sessions.FindAsync(session.Id, default));
            var connection = node.Services.GetRequiredService<RedisConnection>();
            Assert.False(connection.Renew(await connection.LinkAsync()));
        }

        Assert.True(multiplexer.IsConnected);
    }

    [Theory]
    [InlineData("# Memory\r\nmaxmemory:0\r\nmaxmemory_policy:allkeys-lru\r\n", null)]
    [InlineData("maxmemory:1000\r\nmaxmemory_human:1K\r\nmaxmemory_policy:noeviction\r\n", null)]
    [InlineData("maxmemory:1000\r\nmaxmemory_policy:volatile-ttl\r\n", "volatile-ttl")]
    [InlineData("", null)]
    public void EvictionPolicy_IsFoundWhereThereIsALimit(string info, string? policy) => Assert.Equal(policy, EvictionPolicy.Find(info));
}
