using MfaMiddleware.TestKit.Hosting;
using Xunit;

namespace MfaMiddleware.Tests.TrustedDevices;

/// <summary>What a trusted browser is spared, for how long, and whose trust it is.</summary>
public sealed class TrustedDeviceTests
{
    [Fact]
    public async Task TwoUsersOfOneBrowser_AreAskedOnceEachAndTrustIsOneUsersOwn()
    {
        await using var host = await TestHost.StartAsync(o => TrustingHost.Use(o));
        using var client = host.Client();
        var alice = await host.EnrollTotpAsync("alice");
        var bob = await host.EnrollTotpAsync("bob");
        var browser = (await client.TrustAsync(host, "alice", alice)).DeviceCookie();

        // Bob is asked in it, and doesn't ask to be trusted.
        var asked = await client.LoginInAsync("bob", browser);
        Assert.Equal("1", asked["type"]);
        var done = await client.AnswerInAsync(asked.Token, bob.Code(), browser, remember: false);
        Assert.Equal((200, browser), (done.Status, done.DeviceCookie()));

        Assert.False(await client.IsAskedAsync("alice", browser, "/login"));
        Assert.False(await client.IsAskedAsync("bob", browser, "/login"));
        Assert.False(await client.IsAskedAsync("alice", browser, TrustingHost.Trusting));
        Assert.True(await client.IsAskedAsync("bob", browser, TrustingHost.Trusting));
    }

    [Fact]
    public async Task Trust_EndsAfterFourteenDaysThoughItWasUsed_AndNoRuleIsOverruledByIt()
    {
        await using var host = await TestHost.StartAsync(o => TrustingHost.Use(o));
        using var client = host.Client();
        var alice = await host.EnrollTotpAsync("alice");
        var since = host.Clock.GetUtcNow();
        var browser = (await client.TrustAsync(host, "alice", alice)).DeviceCookie();

        Assert.False(await client.IsAskedAsync("alice", browser, TrustingHost.Trusting));
        Assert.False(await client.IsAskedAsync("alice", browser, TrustingHost.Hour));
        Assert.True(await client.IsAskedAsync("alice", browser, TrustingHost.Strict));
        Assert.True(await client.IsAskedAsync("alice", browser, TrustingHost.Strong));

        host.Clock.Advance(since + TimeSpan.FromHours(1) - host.Clock.GetUtcNow());
        Assert.True(await client.IsAskedAsync("alice", browser, TrustingHost.Hour));

        host.Clock.Advance(since + TimeSpan.FromDays(14) - TimeSpan.FromSeconds(1) - host.Clock.GetUtcNow());
        Assert.False(await client.IsAskedAsync("alice", browser, TrustingHost.Trusting));
        // A proof that didn't ask for trust prolongs it no more than a sign-in without one.
        var again = await client.LoginInAsync("alice", browser, door: TrustingHost.Strict);
        Assert.Equal(200, (await client.AnswerInAsync(again.Token, alice.Code(), browser, remember: false)).Status);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await client.IsAskedAsync("alice", browser, TrustingHost.Trusting));
        Assert.False(await client.IsAskedAsync("alice", browser, "/login"));
    }
}
