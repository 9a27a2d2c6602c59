using MfaMiddleware.EntityFrameworkCore.Tests.Faults;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using WebHost = MfaMiddleware.TestKit.Hosting.TestHost;

namespace MfaMiddleware.EntityFrameworkCore.Tests.Nodes;

/// <summary>What two nodes of one app make of each other: clocks that differ, settings that come later, what was taken away.</summary>
public sealed class TwoNodesTests
{
    private static readonly TimeSpan Off = TimeSpan.FromSeconds(3);
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(15)]
    [InlineData(28)]
    public async Task A_code_passes_once_over_nodes_whose_clocks_are_six_seconds_apart(int secondOfTheStep)
    {
        await using var pair = await PairAsync();
        pair.Advance(TimeSpan.FromSeconds(secondOfTheStep));
        foreach (var aheadFirst in (bool[])[true, false])
        {
            var user = aheadFirst ? "alice" : "bob";
            var device = new TotpDevice("", (await pair.Ahead.EnrollTotpAsync(user)).Secret, pair.Phone);
            var code = device.Code();
            var passed = 0;
            for (var round = 0; round < 4; round++)
            {
                foreach (var client in aheadFirst ? [pair.ToAhead, pair.ToBehind] : (MfaClient[])[pair.ToBehind, pair.ToAhead])
                    if ((await client.AnswerAsync((await client.LoginAsync(user)).Token, code)).Status == 200) passed++;
                pair.Advance(TimeSpan.FromSeconds(1));
            }

            Assert.Equal(1, passed);
            // And no more later: not while the waits are on, and not after.
            pair.Advance(TimeSpan.FromMinutes(2));
            Assert.Equal(401, (await pair.ToBehind.AnswerAsync((await pair.ToBehind.LoginAsync(user)).Token, code)).Status);
            Assert.Equal(200, (await pair.ToBehind.AnswerAsync((await pair.ToBehind.LoginAsync(user)).Token, device.Code(-1))).Status);
            pair.Advance(TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public async Task A_pending_session_lives_its_five_minutes_on_both_nodes_give_or_take_their_clocks()
    {
        await using var pair = await PairAsync();
        var device = new TotpDevice("", (await pair.Ahead.EnrollTotpAsync("alice")).Secret, pair.Phone);
        foreach (var (from, to) in ((MfaClient, MfaClient)[])[(pair.ToAhead, pair.ToBehind), (pair.ToBehind, pair.ToAhead)])
        {
            var (inTime, tooLate) = ((await from.LoginAsync("alice")).Token, (await from.LoginAsync("alice")).Token);
            pair.Advance(TimeSpan.FromSeconds(293));
            Assert.Equal(200, (await to.AnswerAsync(inTime, device.Code(-1))).Status);
            pair.Advance(TimeSpan.FromSeconds(14));
            Assert.Equal(401, (await to.AnswerAsync(tooLate, device.Code())).Status);
            Assert.Equal(401, (await from.AnswerAsync(tooLate, device.Code())).Status);
            pair.Advance(TimeSpan.FromSeconds(53));
        }
    }

    [Fact]
    public async Task Wrong_answers_to_either_node_make_a_user_wait_on_both_and_no_longer_than_the_clocks_differ()
    {
        await using var pair = await PairAsync();
        var device = new TotpDevice("", (await pair.Ahead.EnrollTotpAsync("alice")).Secret, pair.Phone);
        for (var i = 0; i < 5; i++)
        {
            var client = i % 2 == 0 ? pair.ToAhead : pair.ToBehind;
            Assert.Equal(401, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.WrongCode(i))).Status);
        }

        foreach (var client in (MfaClient[])[pair.ToAhead, pair.ToBehind])
        {
            var wait = await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.Code());
            Assert.Equal(429, wait.Status);
            Assert.InRange(wait.Message.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(54), TimeSpan.FromSeconds(67));
        }

        pair.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(429, (await pair.ToAhead.AnswerAsync((await pair.ToAhead.LoginAsync("alice")).Token, device.Code())).Status);
        pair.Advance(TimeSpan.FromSeconds(18));
        Assert.Equal(200, (await pair.ToBehind.AnswerAsync((await pair.ToBehind.LoginAsync("alice")).Token, device.Code(-1))).Status);
    }

    [Fact]
    public async Task Settings_that_are_loaded_on_one_node_first_decide_there_and_bind_what_it_began_on_the_other()
    {
        await using var database = new TestDatabase();
        var nodes = new FaultHost { Configure = o => o.Settings["Policy:Mode"] = "Never" };
        await using var first = await nodes.StartAsync(database.Use);
        await using var second = await nodes.StartAsync(database.Use);
        using var toFirst = first.Client();
        using var toSecond = second.Client();
        var device = await first.EnrollTotpAsync("alice");

        Load(first, "Always");
        var challenge = await toFirst.LoginAsync("alice");
        Assert.Empty(challenge.SessionCookies);
        Assert.Equal("alice", (await toSecond.LoginAsync("alice"))["welcome"]);
        // The node that would not have asked doesn't let in whom the other one asked.
        Assert.Equal(401, (await toSecond.AnswerAsync(challenge.Token, device.WrongCode())).Status);
        challenge = await toFirst.LoginAsync("alice");
        var done = await toSecond.AnswerAsync(challenge.Token, device.Code());
        Assert.Equal(200, done.Status);
        Assert.NotNull(await toFirst.MeAsync(done.CookieHeader));

        Load(second, "Always");
        Assert.Empty((await toSecond.LoginAsync("alice")).SessionCookies);

        // The other way round: what was asked under the old settings is not forgiven by the new ones.
        challenge = await toSecond.LoginAsync("alice");
        Load(first, "Never");
        Assert.Equal("alice", (await toFirst.LoginAsync("alice"))["welcome"]);
        Assert.Empty((await toFirst.AnswerAsync(challenge.Token, device.Code())).SessionCookies);
        Assert.Empty((await toSecond.LoginAsync("alice")).SessionCookies);
    }

    [Fact]
    public async Task What_is_taken_away_on_one_node_is_gone_on_the_other_at_once()
    {
        await using var database = new TestDatabase();
        var nodes = new FaultHost
        {
            Configure = options =>
            {
                Devices.AskOnlyUnknown(options);
                options.Settings["OtherSessions"] = "End";
                options.Settings["OtherSessionsCheckInterval"] = "00:00:00";
                options.ServicesAfter = services => services.AddAuthorizationBuilder().AddPolicy("MfaAdmin", policy => policy.RequireRole("Admin"));
                options.Endpoints = app => app.MapMfaAdmin("MfaAdmin");
            },
        };
        await using var left = await nodes.StartAsync(database.Use);
        await using var right = await nodes.StartAsync(database.Use);
        using var toLeft = left.Client();
        using var toRight = right.Client();
        var admin = (await toLeft.EnrollAsync(left, "admin")).SignedIn.CookieHeader;

        // A device.
        var alice = await toLeft.EnrollAsync(left, "alice");
        var browser = alice.SignedIn.DeviceCookie();
        Assert.False(await toRight.IsAskedAsync("alice", browser));
        Assert.Equal(204, (await toLeft.DeleteAsync("/mfa/devices", alice.SignedIn.CookieHeader)).Status);
        Assert.True(await toRight.IsAskedAsync("alice", browser));

        // A factor, with the other sessions of its user and the sign-ins that wait for it.
        var lost = await left.EnrollTotpAsync("alice");
        var elsewhere = await toRight.AnswerAsync((await toRight.LoginAsync("alice")).Token, alice.Device.Code());
        Assert.NotNull(await toRight.MeAsync(elsewhere.CookieHeader));
        left.Clock.Advance(TimeSpan.FromSeconds(30));
        var here = await toLeft.AnswerAsync((await toLeft.LoginAsync("alice")).Token, alice.Device.Code());
        var waiting = await toRight.LoginAsync("alice");
        left.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(204, (await toLeft.DeleteAsync($"/mfa/factors/{lost.FactorId}", here.CookieHeader)).Status);
        Assert.Equal(401, (await toRight.AnswerAsync(waiting.Token, lost.Code())).Status);
        Assert.Null(await toRight.MeAsync(elsewhere.CookieHeader));

        // Everything of a user.
        left.Clock.Advance(TimeSpan.FromSeconds(30));
        var signedIn = await toRight.AnswerAsync((await toRight.LoginAsync("alice")).Token, alice.Device.Code());
        Assert.Equal(200, signedIn.Status);
        waiting = await toRight.LoginAsync("alice");
        left.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(204, (await toLeft.DeleteAsync("/mfa/admin/users/alice/factors", admin)).Status);
        Assert.Equal(401, (await toRight.AnswerAsync(waiting.Token, alice.Device.Code())).Status);
        Assert.Equal(401, (await toRight.AnswerAsync((await toRight.LoginAsync("alice")).Token, alice.RecoveryCodes[0])).Status);
        Assert.Null(await toRight.MeAsync(signedIn.CookieHeader));
        Assert.True(await toRight.IsAskedAsync("alice", signedIn.DeviceCookie()));
    }

    private static void Load(WebHost host, string mode)
    {
        var configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        configuration["Mfa:Policy:Mode"] = mode;
        configuration.Reload();
    }

    private static async Task<Pair> PairAsync()
    {
        var database = new TestDatabase();
        var (ahead, behind) = (new FakeClock(Noon + Off), new FakeClock(Noon - Off));
        var nodes = new FaultHost();
        return new Pair(database, new FakeClock(Noon), await nodes.StartAsync(database.Use, o => o.Clock = ahead), await nodes.StartAsync(database.Use, o => o.Clock = behind));
    }

    /// <summary>A node whose clock is ahead, one whose clock is behind, and the user's phone, which is right.</summary>
    private sealed record Pair(TestDatabase Database, FakeClock Phone, WebHost Ahead, WebHost Behind) : IAsyncDisposable
    {
        public MfaClient ToAhead { get; } = Ahead.Client();

        public MfaClient ToBehind { get; } = Behind.Client();

        public void Advance(TimeSpan by)
        {
            foreach (var clock in (FakeClock[])[Phone, Ahead.Clock, Behind.Clock]) clock.Advance(by);
        }

        public async ValueTask DisposeAsync()
        {
            ToAhead.Dispose();
            ToBehind.Dispose();
            await Ahead.DisposeAsync();
            await Behind.DisposeAsync();
            await Database.DisposeAsync();
        }
    }
}
