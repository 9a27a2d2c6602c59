using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Endpoints.Admin;

public sealed class AdminApiTests
{
    [Fact]
    public async Task Administrator_ListsRemovesAndResets()
    {
        await using var host = await TestHost.StartAsync(AdminHost.Use);
        using var client = host.Client();
        var admin = await AdminHost.SignInAsync(client, host);
        var alice = await client.EnrollAsync(host, "alice");
        var second = await host.EnrollTotpAsync("alice");

        var list = await client.GetAsync("/mfa/admin/users/alice/factors", admin);
        Assert.Equal((200, 2, "10"), (list.Status, list.Json["factors"]!.AsArray().Count, list["recovery_codes_remaining"]));
        Assert.DoesNotContain(alice.Device.Secret, list.Everything, StringComparison.Ordinal);

        var path = $"/mfa/admin/users/alice/factors/{second.FactorId}";
        Assert.Equal(204, (await client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), admin)).Status);
        Assert.Equal(404, (await client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), admin)).Status);
        Assert.Equal(404, (await client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"/mfa/admin/users/bob/factors/{alice.Device.FactorId}"), admin)).Status);

        Assert.Equal(204, (await AdminHost.ResetAsync(client, admin)).Status);
        var empty = await client.GetAsync("/mfa/admin/users/alice/factors", admin);
        Assert.Equal(("[]", "0"), (empty.Json["factors"]!.ToJsonString(), empty["recovery_codes_remaining"]));
    }

    [Fact]
    public async Task EachAct_IsAuditedWithItsActorAndToldToTheOwner()
    {
        await using var host = await TestHost.StartAsync(AdminHost.Use);
        using var client = host.Client();
        var admin = await AdminHost.SignInAsync(client, host);
        await client.EnrollAsync(host, "alice");
        var second = await host.EnrollTotpAsync("alice");

        await client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"/mfa/admin/users/alice/factors/{second.FactorId}"), admin);
        await AdminHost.ResetAsync(client, admin);
        await AdminHost.AccessCodeAsync(client, admin);

        string[] acts = [MfaEventNames.FactorRemoved, MfaEventNames.FactorsReset, MfaEventNames.AccessCodeIssued];
        foreach (var act in acts)
        {
            var written = Assert.Single(host.Events.All, e => e.Name == act);
            Assert.Equal((new MfaSubject("", "alice"), new MfaSubject("", "admin")), (written.Subject, written.Actor));
        }

        var notices = host.Services.GetRequiredService<AdminHost.Notices>().All.Where(n => n.Subject.Id == "alice").ToList();
        Assert.Equal([MfaEventNames.FactorAdded, .. acts], notices.Select(n => n.Event));
        Assert.Equal([false, true, true, true], notices.Select(n => n.ByAdministrator));
    }

    [Fact]
    public async Task WhoeverIsNoAdministrator_GetsNowhere()
    {
        string[] requests =
        [
            "GET factors", "DELETE factors", "DELETE factors/x", "POST access-code",
            "GET devices", "DELETE devices", "DELETE devices/x", "GET decisions", "GET history", "DELETE history",
        ];
        await using var host = await TestHost.StartAsync(AdminHost.Use);
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        var pending = await client.LoginAsync("admin");

        foreach (var request in requests.Select(r => r.Split(' ')))
        {
            foreach (var header in new[] { ("Cookie", alice.SignedIn.CookieHeader), ("Cookie", pending.CookieHeader), ("Authorization", $"Bearer {pending.Token}"), ("X-MFA-Token", pending.Token!) })
            {
                var message = new HttpRequestMessage(new HttpMethod(request[0]), $"/mfa/admin/users/alice/{request[1]}");
                var reply = await client.SendAsync(message, header, ("X-Requested-With", "XMLHttpRequest"));
                Assert.True(reply.Status is 401 or 403 or 302, $"{request[1]}: {reply.Status}");
                Assert.DoesNotContain("\":", reply.Body, StringComparison.Ordinal);
            }
        }

        Assert.Equal(200, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, alice.Device.Code())).Status);
    }

    [Fact]
    public async Task AccessCodeRequest_OfAnotherSiteOrOfAForm_MakesNoCode()
    {
        await using var host = await TestHost.StartAsync(AdminHost.Use);
        using var client = host.Client();
        var admin = await AdminHost.SignInAsync(client, host);

        Assert.Equal(403, (await client.PostAsync("/mfa/admin/users/alice/access-code", new { }, admin, ("Origin", "https://evil.example"))).Status);
        Assert.Equal(415, (await client.PostTextAsync("/mfa/admin/users/alice/access-code", "a=b", "application/x-www-form-urlencoded", admin)).Status);
        Assert.Equal(0, host.Events.Count(MfaEventNames.AccessCodeIssued));
    }

    [Fact]
    public async Task WithoutAPolicy_TheStartFailsWithTheLineToAdd()
    {
        var none = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(o => o.Endpoints = app => app.MapMfaAdmin()));
        Assert.Contains("app.MapMfaAdmin(\"MfaAdmin\")", none.Message, StringComparison.Ordinal);

        var unknown = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(o =>
        {
            o.Settings["Admin:Policy"] = "Nobody";
            o.Endpoints = app => app.MapMfaAdmin();
        }));
        Assert.Contains("'Nobody'", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policy_MayBeNamedInTheSettings()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            AdminHost.Use(o);
            o.Settings["Admin:Policy"] = "MfaAdmin";
            o.Endpoints = app => app.MapMfaAdmin();
        });
        using var client = host.Client();

        Assert.Equal(200, (await client.GetAsync("/mfa/admin/users/alice/factors", await AdminHost.SignInAsync(client, host))).Status);
    }
}
