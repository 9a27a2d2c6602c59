using MfaMiddleware.Policies.History;
using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.StepUp;
using MfaMiddleware.Tests.TrustedDevices;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Endpoints.Admin;

/// <summary>What an administrator sees of a user's sign-ins, and makes forgotten.</summary>
public sealed class AdminHistoryTests
{
    private const string Users = "/mfa/admin/users/";

    [Fact]
    public async Task Administrator_ReadsDecisionsRevokesDevicesExportsAndDeletes()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            AdminHost.Use(o);
            o.Settings["Policy:Mode"] = "Suspicious";
        });
        using var client = host.Client();
        var admin = await AdminHost.SignInAsync(client, host);
        var first = (await client.EnrollAsync(host, "alice")).SignedIn.DeviceCookie();
        var second = (await client.EnrollAsync(host, "bob")).SignedIn.DeviceCookie();
        await client.LoginInAsync("alice", first);
        await client.LoginInAsync("alice", null);
        await host.Services.GetRequiredService<HistoryWriter>().FlushAsync();

        var decisions = (await client.GetAsync(Users + "alice/decisions", admin)).Json["decisions"]!.AsArray();
        Assert.Equal(["Required", "NotRequired", "EnrollmentRequired"], decisions.Select(d => (string)d!["outcome"]!));
        Assert.Equal(["new_device"], decisions[0]!["would_have_avoided"]!.AsArray().Select(c => (string)c!));
        var finding = Assert.Single(decisions[0]!["findings"]!.AsArray(), f => (string)f!["signal"]! == "new_device")!;
        Assert.Equal(("new_device", "Low", true), ((string)finding["code"]!, (string)finding["confidence"]!, (int)finding["weight"]! > 0));
        Assert.Equal(["device", "false", "false"], [decisions[1]!["device"] is null ? "" : "device", decisions[0]!["proved"]!.ToJsonString(), decisions[0]!["observed"]!.ToJsonString()]);

        var device = Assert.Single((await client.GetAsync(Users + "alice/devices", admin)).Json["devices"]!.AsArray())!;
        var export = await client.GetAsync(Users + "alice/history", admin);
        Assert.Equal(("alice", 3, (string)device["id"]!), (export["subject"], export.Json["sign_ins"]!.AsArray().Count, (string)export.Json["devices"]![0]!["id"]!));
        await AssertNoKeysAsync(host, export.Everything + decisions.ToJsonString(), first);

        Assert.Equal(404, (await client.DeleteAsync(Users + $"bob/devices/{device["id"]}", admin.Value)).Status);
        Assert.Equal("0", (await client.LoginInAsync("alice", first))["type"] ?? "0");
        Assert.Equal(204, (await client.DeleteAsync(Users + $"alice/devices/{device["id"]}", admin.Value)).Status);
        Assert.Equal(404, (await client.DeleteAsync(Users + $"alice/devices/{device["id"]}", admin.Value)).Status);
        Assert.Equal("1", (await client.LoginInAsync("alice", first))["type"]);

        Assert.Equal(204, (await client.DeleteAsync(Users + "bob/devices", admin.Value)).Status);
        Assert.Equal("1", (await client.LoginInAsync("bob", second))["type"]);
        await host.Services.GetRequiredService<HistoryWriter>().FlushAsync();
        Assert.Equal(204, (await client.DeleteAsync(Users + "alice/history", admin.Value)).Status);
        Assert.Equal("[]", (await client.GetAsync(Users + "alice/decisions", admin)).Json["decisions"]!.ToJsonString());

        string[] acts = [MfaEventNames.DeviceRemoved, MfaEventNames.DevicesRemoved, MfaEventNames.HistoryDeleted];
        var written = host.Events.All.Where(e => acts.Contains(e.Name)).ToList();
        Assert.Equal(acts, written.Select(e => e.Name));
        Assert.All(written, e => Assert.Equal(new MfaSubject("", "admin"), e.Actor));
        Assert.Equal(acts, host.Services.GetRequiredService<AdminHost.Notices>().All.Where(n => acts.Contains(n.Event)).Select(n => n.Event));
    }

    private static async Task AssertNoKeysAsync(TestHost host, string text, string cookie)
    {
        var loaded = await host.Services.GetRequiredService<HistoryKeeper>().LoadAsync(new MfaSubject("", "alice"), default);
        Assert.DoesNotContain(Assert.Single(loaded.History.Devices).Key, text, StringComparison.Ordinal);
        Assert.DoesNotContain(cookie.Split('=')[1], text, StringComparison.Ordinal);
    }
}
