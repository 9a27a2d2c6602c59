using System.Net;
using MfaMiddleware.Policies;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Simulation;
using MfaMiddleware.Tests.StepUp;
using MfaMiddleware.Tests.TrustedDevices;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>Somebody has the cookie of a browser that its user trusts.</summary>
public sealed class CopyingDevicesTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CopyOfACookie_StaysWorthNothingWhenItsOwnerProvesAnew(bool revoked)
    {
        await using var host = await TestHost.StartAsync(o => TrustingHost.Use(o));
        using var client = host.Client();
        var alice = await host.EnrollTotpAsync("alice");
        var trusted = await client.TrustAsync(host, "alice", alice, agent: Browsers.Chrome);
        var copied = trusted.DeviceCookie();
        var gone = revoked ? await client.DeleteAsync("/mfa/devices", trusted.CookieHeader) : await client.PostAsync("/sign-out-everywhere", new { user = "alice" });
        Assert.InRange(gone.Status, 200, 204);
        Assert.True(await client.IsAskedAsync("alice", copied, TrustingHost.Trusting, Browsers.Chrome));

        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var again = await client.TrustAsync(host, "alice", alice, cookie: copied, agent: Browsers.Chrome);

        Assert.NotEqual(copied, again.DeviceCookie());
        Assert.True(await client.IsAskedAsync("alice", copied, TrustingHost.Trusting, Browsers.Chrome));
        Assert.False(await client.IsAskedAsync("alice", again.DeviceCookie(), TrustingHost.Trusting, Browsers.Chrome));
    }

    [Theory]
    [InlineData("203.0.113.9")]
    [InlineData("192.0.2.9")]
    public async Task B078_CopyThatWasChallengedAbroad_IsAskedAgain_HoweverLongItWaits_AndTheOwnerAtHomeIsNot(string later)
    {
        var clock = new FakeClock();
        await using var harness = new RiskHarness(o => o.Policy.Mode = MfaMode.Suspicious, clock, a => a.ToString().StartsWith("198.", StringComparison.Ordinal) ? new(48, 11) { Country = "DE" } : new(50, 30) { Country = "UA" });
        await harness.ProveAsync(await SignInAsync("198.51.100.7"));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("impossible_travel new_network", Codes(await SignInAsync("203.0.113.9")));

        // Now the way would be a journey.
        clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal("new_country new_network", Codes(await SignInAsync(later)));
        Assert.Equal(MfaOutcome.NotRequired, (await SignInAsync("198.51.100.7")).Outcome);
        clock.Advance(TimeSpan.FromDays(30));
        var owner = await SignInAsync(later);
        Assert.Equal(MfaOutcome.Required, owner.Outcome);

        await harness.ProveAsync(owner);
        Assert.Equal(MfaOutcome.NotRequired, (await SignInAsync(later)).Outcome);

        Task<HarnessSignIn> SignInAsync(string address) => harness.SignInAsync("alice", IPAddress.Parse(address), "copied", Browsers.Chrome);
        static string Codes(HarnessSignIn signIn) => string.Join(' ', signIn.Made.Decision!.Risk!.Codes);
    }

    [Fact]
    public async Task B078_CookieOfATrustedBrowser_IsNoOtherUsersAndEditedNobodys_AndACopyIsSuspiciousListedAndRevocable()
    {
        await using var host = await TestHost.StartAsync(o => TrustingHost.Use(o));
        using var client = host.Client();
        var alice = await host.EnrollTotpAsync("alice");
        await client.EnrollAsync(host, "bob");
        var trusted = await client.TrustAsync(host, "alice", alice, agent: Browsers.Chrome);
        var (cookie, session) = (trusted.DeviceCookie(), trusted.CookieHeader);
        var listed = Assert.Single((await client.GetAsync("/mfa/devices", ("Cookie", session))).Json["devices"]!.AsArray())!;
        await AssertAskedAsync(false, "alice", cookie, Browsers.Chrome);

        await AssertAskedAsync(true, "bob", cookie, Browsers.Chrome);
        var (name, secret) = (cookie.Split('=')[0], cookie.Split('=')[1]);
        foreach (var edited in (string[])[(secret[0] == 'A' ? 'B' : 'A') + secret[1..], secret[..^1], secret + "A", (string)listed["id"]!, "alice", "alice." + secret])
        {
            await AssertAskedAsync(true, "alice", $"{name}={edited}", Browsers.Chrome);
        }

        // Copied: in another browser it is suspicious; in one that pretends to be the same it is the device that its owner sees, and takes away.
        await AssertAskedAsync(true, "alice", cookie, Browsers.Chrome.Replace("Windows NT 10.0", "Android", StringComparison.Ordinal));
        Assert.Equal(["mode_suspicious", "device_changed"], host.Events.All.Last(e => e is { Name: "SignInChallenged", Rule: "default" }).Reasons);
        await AssertAskedAsync(false, "alice", cookie, Browsers.Chrome);
        Assert.Equal("Chrome, Windows", (string)listed["agent"]!);
        Assert.Equal(204, (await client.DeleteAsync($"/mfa/devices/{listed["id"]}", session)).Status);
        await AssertAskedAsync(true, "alice", cookie, Browsers.Chrome);

        async Task AssertAskedAsync(bool isAsked, string user, string device, string agent)
        {
            foreach (var door in (string[])[TrustingHost.Trusting, "/login"]) Assert.Equal(isAsked, await client.IsAskedAsync(user, device, door, agent));
        }
    }
}
