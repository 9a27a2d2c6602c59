using MfaMiddleware.Redis.Tests.Server;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.Faults;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Faults;

/// <summary>A node of this version and one of the next on one Redis, while an upgrade rolls on or is taken back. Their factors are in the memory of each.</summary>
[Collection(RedisCollection.Name)]
public sealed class NewerVersionTests(SharedRedis redis)
{
    private readonly EphemeralDataProtectionProvider _keys = new();
    private readonly FakeClock _clock = new(TimeProvider.System.GetUtcNow());
    private readonly string _prefix = SharedRedis.NewPrefix();

    [Fact]
    public async Task C29_SessionsThatSayMore_AreServedByBothVersionsInTurn()
    {
        await using var old = await StartAsync(_keys);
        await using var next = await StartAsync(new NewerVersion(_keys, Newer.Fields));
        using var toOld = old.Client();
        using var toNext = next.Client();
        await RedisHosts.AssertRecoversAsync(next, toNext, "warm", await next.EnrollTotpAsync("warm"));
        foreach (var (from, to) in ((MfaClient, MfaClient)[])[(toNext, toOld), (toOld, toNext)])
        {
            var device = await (to == toOld ? old : next).EnrollTotpAsync("alice");
            await (to == toOld ? next : old).EnrollTotpAsync("alice");
            var challenge = await from.LoginAsync("alice");
            await AppendAsync();
            var wrong = await to.AnswerAsync(challenge.Token, device.WrongCode());
            Assert.Equal("4", wrong["attempts_remaining"]);
            Assert.Equal(200, (await to.AnswerAsync(wrong.Token, device.Code())).Status);
        }

        AssertNothingBroke(old, next);
    }

    [Theory]
    [InlineData("payload")]
    [InlineData("record")]
    [InlineData("kind")]
    public async Task C29_SessionOfAnUnknownLayout_IsANegativeAnswer_AndAnotherOneIsGood(string what)
    {
        await using var old = await StartAsync(_keys);
        await using var next = await StartAsync(what == "payload" ? new NewerVersion(_keys, Newer.Layout) : _keys);
        using var toOld = old.Client();
        using var toNext = next.Client();
        var device = await old.EnrollTotpAsync("alice");
        await next.EnrollTotpAsync("alice");
        await RedisHosts.AssertRecoversAsync(old, toOld, "alice", device);
        _clock.Advance(TimeSpan.FromSeconds(30));

        var challenge = await toNext.LoginAsync("alice");
        if (what != "payload") await OverwriteAsync(at: what == "record" ? 0 : 2, "\u0009");

        var reply = await toOld.AnswerAsync(challenge.Token, device.Code());
        Assert.Equal((401, 0), (reply.Status, reply.SessionCookies.Count));
        Assert.Equal(401, (await toOld.GetAsync("/mfa/session", ("X-MFA-Token", challenge.Token!))).Status);
        Assert.Equal(200, (await toOld.AnswerAsync((await toOld.LoginAsync("alice")).Token, device.Code())).Status);
        AssertNothingBroke(old, next);
    }

    private Task<TestHost> StartAsync(IDataProtectionProvider keys) => RedisHosts.StartAsync(redis.Server.Address, o =>
    {
        o.Clock = _clock;
        o.Settings["Redis:KeyPrefix"] = _prefix;
        o.ServicesBefore = services => services.AddSingleton(keys);
    });

    private async Task AppendAsync()
    {
        foreach (var key in await RecordsAsync()) await redis.Server.CommandAsync("APPEND", key, "what the next version keeps too");
    }

    private async Task OverwriteAsync(int at, string value)
    {
        var records = await RecordsAsync();
        Assert.NotEmpty(records);
        foreach (var key in records) await redis.Server.CommandAsync("SETRANGE", key, $"{at}", value);
    }

    private async Task<List<string>> RecordsAsync()
    {
        var keys = (await redis.Server.CommandAsync("KEYS", _prefix + "*")).Split("\r\n").Where(l => l.StartsWith(_prefix, StringComparison.Ordinal));
        var records = new List<string>();
        // The others are indexes.
        foreach (var key in keys)
            if ((await redis.Server.CommandAsync("TYPE", key)).StartsWith("+string", StringComparison.Ordinal)) records.Add(key);
        return records;
    }

    private static void AssertNothingBroke(params TestHost[] hosts) => Assert.All(
        hosts.SelectMany(h => h.Logs.Lines),
        line => Assert.False(line.StartsWith("Error", StringComparison.Ordinal) && !line.Contains("[4001]", StringComparison.Ordinal), line));
}
