using MfaMiddleware.Redis.Connection;
using MfaMiddleware.Redis.Tests.Server;
using MfaMiddleware.TestKit;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Faults;

[Collection(RedisCollection.Name)]
public sealed class OtherClockTests(SharedRedis redis)
{
    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    public async Task C14_ServerWhoseClockIsAMinuteOff_ChangesNoLifetime(int seconds)
    {
        // It makes no difference which of the two clocks is the wrong one.
        var clock = new FakeClock(TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(seconds));
        await using var host = await RedisHosts.StartAsync(redis.Server.Address, o =>
        {
            o.Clock = clock;
            o.Settings["Redis:KeyPrefix"] = SharedRedis.NewPrefix();
        });
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        await RedisHosts.AssertRecoversAsync(host, client, "alice", device);

        var token = (await client.LoginAsync("alice")).Token;
        clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await client.AnswerAsync(token, device.Code())).Status);

        token = (await client.LoginAsync("alice")).Token;
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(401, (await client.AnswerAsync(token, device.Code())).Status);
    }

    [Fact]
    public void LastMomentOfACall_IsInTheServersTime_AndNeverLaterThanTheCallers()
    {
        var clock = new ServerClock();
        var now = ServerClock.Now;

        // An answer that took 4 ms, of a server that is an hour ahead of the stopwatch.
        clock.Learn(now + 3_600_000, now - 4, now);
        Assert.Equal(now + 3_600_000 + 1000, clock.ToServer(now + 1000));

        // A slow answer says less, and is believed only where the server can't be as far back as that.
        clock.Learn(now + 3_590_000, now - 9_000, now);
        Assert.Equal(now + 3_600_000, clock.ToServer(now));
        clock.Learn(now + 3_700_000, now - 9_000, now);
        Assert.Equal(now + 3_700_000, clock.ToServer(now));

        // Its clock was put back.
        clock.Learn(now, now - 4, now);
        Assert.Equal(now, clock.ToServer(now));
    }
}
