using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Endpoints.Admin;
using MfaMiddleware.Tests.StepUp;
using MfaMiddleware.Tests.TrustedDevices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>A thief's browser was once trusted; then the owner does what owners do when they notice.</summary>
public sealed class KeepingTrustTests
{
    [Fact]
    public async Task B077_TrustedBrowser_IsAskedAgainAfterWhateverTheOwnerOrAnAdministratorChanges()
    {
        System.Collections.Concurrent.ConcurrentDictionary<string, string> stamps = null!;
        await using var host = await TestHost.StartAsync(o => stamps = TrustingHost.Use(o));
        using var client = host.Client();
        var admin = await AdminHost.SignInAsync(client, host);
        stamps["stamped"] = "one";

        await AssertVoidAsync("changed", _ => client.PostAsync("/changed-password", new { user = "changed" }));
        await AssertVoidAsync("everywhere", _ => client.PostAsync("/sign-out-everywhere", new { user = "everywhere" }));
        await AssertVoidAsync("stamped", _ => Task.FromResult(stamps["stamped"] = "two"));
        await AssertVoidAsync("adding", AddAsync);
        await AssertVoidAsync("removing", async user =>
            Assert.Equal(204, (await client.DeleteAsync($"/mfa/factors/{user.Enrolled.Device.FactorId}", user.Session)).Status));
        await AssertVoidAsync("reset", _ => AdminHost.ResetAsync(client, admin, "reset"));
        await AssertVoidAsync("recovering", async user =>
        {
            var challenge = await client.LoginAsync("recovering");
            Assert.Equal(200, (await client.AnswerAsync(challenge.Token, user.Enrolled.RecoveryCodes[0])).Status);
        });
        await AssertVoidAsync("revoking", user => client.DeleteAsync("/mfa/devices", user.Session));
        await AssertVoidAsync("revoked", _ => client.DeleteAsync("/mfa/admin/users/revoked/devices", admin.Value));
        await AssertVoidAsync("off-and-on", async user =>
        {
            Assert.Equal(204, (await client.DeleteAsync($"/mfa/factors/{user.Enrolled.Device.FactorId}", user.Session)).Status);
            await host.EnrollTotpAsync("off-and-on");
        });

        // The trust of all ends with the policy under which it was given.
        var untouched = await UserAsync("untouched");
        var configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        await AssertVoidAsync("policy", _ =>
        {
            configuration["Mfa:Policy:Rules:4:Role"] = "Auditor";
            configuration["Mfa:Policy:Rules:4:Mode"] = "Always";
            configuration.Reload();
            return Task.CompletedTask;
        });
        Assert.True(await client.IsAskedAsync("untouched", untouched.Browser, TrustingHost.Trusting));

        async Task AssertVoidAsync(string name, Func<Owner, Task> act)
        {
            var user = await UserAsync(name);
            foreach (var door in (string[])[TrustingHost.Trusting, "/login"]) Assert.False(await client.IsAskedAsync(name, user.Browser, door), name);
            await act(user);
            foreach (var door in (string[])[TrustingHost.Trusting, "/login"]) Assert.True(await client.IsAskedAsync(name, user.Browser, door), name);
            if (name is "changed" or "adding" or "stamped" or "policy") await AssertTrustDoesNotComeBackAsync(user);
        }

        // Proved once more without the wish to be trusted: known from now on, and no more, by another cookie.
        async Task AssertTrustDoesNotComeBackAsync(Owner user)
        {
            host.Clock.Advance(TimeSpan.FromSeconds(30));
            var challenge = await client.LoginInAsync(user.Enrolled.Name, user.Browser);
            var proved = await client.AnswerInAsync(challenge.Token, user.Enrolled.Device.Code(), user.Browser, remember: false);
            Assert.Equal(200, proved.Status);
            Assert.False(await client.IsAskedAsync(user.Enrolled.Name, proved.DeviceCookie(), "/login"), user.Enrolled.Name);
            Assert.True(await client.IsAskedAsync(user.Enrolled.Name, proved.DeviceCookie(), TrustingHost.Trusting), user.Enrolled.Name);
            Assert.True(await client.IsAskedAsync(user.Enrolled.Name, user.Browser, "/login"), user.Enrolled.Name);
        }

        async Task<Owner> UserAsync(string name)
        {
            var enrolled = await client.EnrollAsync(host, name);
            if (name == "removing") await host.EnrollTotpAsync(name);
            var trusted = await client.TrustAsync(host, name, enrolled.Device);
            return new Owner(enrolled, trusted.DeviceCookie(), trusted.CookieHeader);
        }

        async Task AddAsync(Owner user)
        {
            var begun = (await client.PostAsync("/mfa/factors", new { method = "totp" }, ("Cookie", user.Session))).Json["enrollment"]!;
            var device = new TotpDevice((string)begun["id"]!, (string)begun["secret"]!, host.Clock);
            Assert.Equal(200, (await client.PostAsync($"/mfa/factors/{device.FactorId}/verify", new { code = device.Code() }, ("Cookie", user.Session))).Status);
        }
    }

    [Fact]
    public async Task B050_SessionOfATrustedBrowser_ChangesNothing()
    {
        await using var host = await TestHost.StartAsync(o => TrustingHost.Use(o));
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        var browser = (await client.TrustAsync(host, "alice", alice.Device)).DeviceCookie();
        var session = (await client.LoginInAsync("alice", browser, door: TrustingHost.Trusting)).CookieHeader + "; " + browser;

        Reply[] replies =
        [
            await client.DeleteAsync($"/mfa/factors/{alice.Device.FactorId}", session),
            await client.PatchAsync($"/mfa/factors/{alice.Device.FactorId}", new { name = "Mine" }, session),
            await client.PostAsync("/mfa/factors", new { method = "totp" }, ("Cookie", session)),
            await client.PostAsync("/mfa/recovery-codes", new { }, ("Cookie", session)),
            await client.DeleteAsync("/mfa/devices", session),
        ];

        Assert.All(replies, r => Assert.Equal((401, "insufficient_user_authentication"), (r.Status, r.Error)));
        Assert.All(replies, r => Assert.StartsWith("Bearer error=\"insufficient_user_authentication\"", r.Challenge(), StringComparison.Ordinal));
        Assert.Equal("10", (await client.GetAsync("/mfa/factors", ("Cookie", session)))["recovery_codes_remaining"]);
    }

    private sealed record Owner(EnrolledUser Enrolled, string Browser, string Session);
}
