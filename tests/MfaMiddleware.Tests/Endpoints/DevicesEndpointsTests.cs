using MfaMiddleware.Factors;
using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.StepUp;
using MfaMiddleware.Tests.Threats.Support;
using MfaMiddleware.Tests.TrustedDevices;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Endpoints;

/// <summary><c>/mfa/devices</c>: what users see of the browsers that know them.</summary>
public sealed class DevicesEndpointsTests
{
    [Fact]
    public async Task User_ListsForgetsOneAndForgetsAll()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Settings["TrustedDevices:Enabled"] = "true";
            o.Settings["Policy:AllowTrustedDevice"] = "true";
        });
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        var trusted = await client.AnswerInAsync((await client.LoginInAsync("alice", null, Browsers.Chrome)).Token, alice.Device.Code(), null, Browsers.Chrome);
        var bobs = (await client.EnrollAsync(host, "bob")).SignedIn;
        var session = trusted.CookieHeader;

        var list = (await client.GetAsync("/mfa/devices", ("Cookie", session))).Json["devices"]!.AsArray();
        Assert.Equal(["Chrome, Windows true trusted", " false known"], list.Select(d => $"{d!["agent"]} {d["current"]} {(d["trusted_until"] is null ? "known" : "trusted")}"));
        Assert.Equal(host.Clock.GetUtcNow() + TimeSpan.FromDays(14) - TimeSpan.FromSeconds(30), list[0]!["trusted_until"]!.GetValue<DateTimeOffset>());
        var id = (string)list[0]!["id"]!;

        // Another's isn't there, and nobody else's request forgets anything.
        Assert.Equal(404, (await client.DeleteAsync($"/mfa/devices/{id}", bobs.CookieHeader)).Status);
        Assert.Equal(401, (await client.GetAsync("/mfa/devices")).Status);
        Assert.Equal(401, (await client.DeleteAsync($"/mfa/devices/{id}", trusted.DeviceCookie())).Status);
        var byTrust = await client.LoginInAsync("alice", trusted.DeviceCookie(), Browsers.Chrome);
        Assert.Equal("alice", byTrust["welcome"]);
        foreach (var path in (string[])[$"/mfa/devices/{id}", "/mfa/devices", "/mfa/devices/x"])
        {
            Assert.Equal("insufficient_user_authentication", (await client.DeleteAsync(path, byTrust.CookieHeader)).Error);
        }

        Assert.Equal(204, (await client.DeleteAsync($"/mfa/devices/{id}", session)).Status);
        Assert.Equal(404, (await client.DeleteAsync($"/mfa/devices/{id}", session)).Status);
        Assert.Equal("1", (await client.LoginInAsync("alice", trusted.DeviceCookie(), Browsers.Chrome))["type"]);
        Assert.Equal(204, (await client.DeleteAsync("/mfa/devices", session)).Status);
        Assert.Equal("[]", (await client.GetAsync("/mfa/devices", ("Cookie", session))).Json["devices"]!.ToJsonString());
        Assert.Single((await client.GetAsync("/mfa/devices", ("Cookie", bobs.CookieHeader))).Json["devices"]!.AsArray());
        Assert.Equal((1, 1), (host.Events.Count(MfaEventNames.DeviceRemoved, "alice"), host.Events.Count(MfaEventNames.DevicesRemoved, "alice")));

        // A session goes stale like any other: after five minutes nothing is changed by it.
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(401, (await client.DeleteAsync("/mfa/devices", session)).Status);
    }

    [Fact]
    public async Task Removal_StoreThatFails_Is503()
    {
        await using var host = await TestHost.StartAsync(o => o.ServicesAfter = CountingFactorStore.Use);
        using var client = host.Client();
        var session = (await client.EnrollAsync(host, "alice")).SignedIn.CookieHeader;

        host.Services.GetRequiredService<CountingFactorStore>().FailsAt = nameof(IMfaFactorStore.TryWriteHistoryAsync);

        Assert.Equal(503, (await client.DeleteAsync("/mfa/devices", session)).Status);
        Assert.Equal(0, host.Events.Count(MfaEventNames.DevicesRemoved));
    }
}
