using System.Net;
using MfaMiddleware.Factors;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.StepUp;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Endpoints;

/// <summary>The self-service endpoints over HTTP.</summary>
public sealed class FactorsEndpointsTests
{
    [Fact]
    public async Task Nobody_IsToldToSignIn()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();

        Reply[] replies =
        [
            await client.GetAsync("/mfa/factors"),
            await client.PostAsync("/mfa/factors", new { method = "totp" }),
            await client.PostAsync("/mfa/factors/x/verify", new { code = "123456" }),
            await client.PatchAsync("/mfa/factors/x", new { name = "x" }, ""),
            await client.DeleteAsync("/mfa/factors/x", ""),
            await client.PostAsync("/mfa/recovery-codes", new { }),
        ];

        Assert.All(replies, r => Assert.Equal((401, "login_required", "no-store"), (r.Status, r.Error, r.Message.Headers.CacheControl?.ToString())));
    }

    [Fact]
    public async Task List_ShowsOnesOwnFactorsAndNoSecret()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var alice = await host.EnrollTotpAsync("alice");
        var bob = await host.EnrollTotpAsync("bob");

        var list = await client.GetAsync("/mfa/factors", ("Cookie", await client.PasswordAloneAsync("alice")));

        var factor = Assert.Single(list.Json["factors"]!.AsArray())!.AsObject();
        Assert.Equal(["id", "method", "name", "created_at"], factor.Select(m => m.Key));
        Assert.Equal((alice.FactorId, "Phone app"), ((string?)factor["id"], (string?)factor["name"]));
        Assert.DoesNotContain(bob.FactorId, list.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnothersFactor_IsNotThere()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var alice = await host.EnrollTotpAsync("alice");
        var bob = await host.EnrollTotpAsync("bob");
        var cookies = await client.ProvedAsync("alice", alice.Code());

        var rename = await client.PatchAsync($"/mfa/factors/{bob.FactorId}", new { name = "Mine" }, cookies);
        var remove = await client.DeleteAsync($"/mfa/factors/{bob.FactorId}", cookies);

        Assert.Equal((404, 404), (rename.Status, remove.Status));
        Assert.Single((await client.GetAsync("/mfa/factors", ("Cookie", await client.PasswordAloneAsync("bob")))).Json["factors"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"name":"   "}""")]
    [InlineData("""{"name":"12345678901234567890123456789012345678901234567890123456789012345"}""")]
    [InlineData("""{}""")]
    [InlineData("""{"name":1}""")]
    public async Task Rename_ToNoName_IsABadRequest(string body)
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.ProvedAsync("alice", device.Code());

        var request = new HttpRequestMessage(HttpMethod.Patch, $"/mfa/factors/{device.FactorId}") { Content = new StringContent(body, null, "application/json") };
        var reply = await client.SendAsync(request, ("Cookie", cookies));

        Assert.Equal((400, "invalid_request"), (reply.Status, reply.Error));
    }

    [Fact]
    public async Task Rename_ChangesTheNameAndIsRecorded()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.ProvedAsync("alice", device.Code());

        var reply = await client.PatchAsync($"/mfa/factors/{device.FactorId}", new { name = "Work phone" }, cookies);

        Assert.Equal((200, "Work phone"), (reply.Status, (string?)reply.Json["factor"]!["name"]));
        Assert.Equal(1, host.Events.Count("FactorRenamed", "alice"));
    }

    [Fact]
    public async Task Remove_TakesTheFactorAndTellsTheOwner()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.ProvedAsync("alice", device.Code());

        var first = await client.DeleteAsync($"/mfa/factors/{device.FactorId}", cookies);
        var second = await client.DeleteAsync($"/mfa/factors/{device.FactorId}", cookies);

        Assert.Equal((204, 404), (first.Status, second.Status));
        Assert.Empty((await client.GetAsync("/mfa/factors", ("Cookie", cookies))).Json["factors"]!.AsArray());
        Assert.Equal(1, host.Events.Count("FactorRemoved", "alice"));
    }

    [Fact]
    public async Task RecoveryCodes_NewSet_VoidsTheOld()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.ProvedAsync("alice", device.Code());
        var old = (await client.PostAsync("/mfa/recovery-codes", new { }, ("Cookie", cookies))).Json["recovery_codes"]!;
        var fresh = (await client.PostAsync("/mfa/recovery-codes", new { }, ("Cookie", cookies))).Json["recovery_codes"]!;

        var challenge = await client.PostAsync("/mfa/step-up", new { }, ("Cookie", cookies));
        var refused = await client.PostAsync("/mfa", new { mfa_token = challenge.Token, code = (string)old[0]! }, ("Cookie", cookies));

        Assert.Equal((401, "invalid_code"), (refused.Status, refused.Error));
        await client.StepUpAsync(cookies, (string)fresh[0]!);
        Assert.Equal(2, host.Events.Count("RecoveryCodesReplaced", "alice"));
    }

    [Fact]
    public async Task RecoveryCodes_WithoutAJsonBody_AreNotIssued()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.ProvedAsync("alice", device.Code());

        // What another site's form can send with the user's cookies.
        var reply = await client.PostTextAsync("/mfa/recovery-codes", "{}", "text/plain", ("Cookie", cookies));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, reply.Message.StatusCode);
        Assert.Equal(0, host.Events.Count("RecoveryCodesReplaced"));
    }

    [Fact]
    public async Task B054_FactorRemovedOnOneNode_IsRefusedAtOnceOnAnother()
    {
        var factors = new InMemoryFactorStore();
        var keys = new EphemeralDataProtectionProvider();
        var clock = new TestKit.FakeClock();
        await using var one = await StartNodeAsync(factors, keys, clock, "Never");
        await using var two = await StartNodeAsync(factors, keys, clock, "Always");
        using var first = one.Client();
        using var second = two.Client();
        var device = await one.EnrollTotpAsync("alice");
        var kept = await one.EnrollTotpAsync("alice");
        var pending = await second.LoginAsync("alice");
        var cookies = await first.ProvedAsync("alice", kept.Code());
        // The other node has looked at the user's factors while it was still there.
        Assert.Contains(device.FactorId, (await second.GetAsync("/mfa/session", ("X-MFA-Token", pending.Token!))).Body, StringComparison.Ordinal);

        var removed = await first.DeleteAsync($"/mfa/factors/{device.FactorId}", cookies);
        var named = await second.PostAsync("/mfa", new { mfa_token = pending.Token, code = device.Code(), factor_id = device.FactorId });
        var unnamed = await second.AnswerAsync(named.Token, device.Code());

        Assert.Equal((204, 401, 401), (removed.Status, named.Status, unnamed.Status));
        Assert.Equal(("invalid_code", "invalid_code"), (named.Error, unnamed.Error));
        Assert.DoesNotContain(device.FactorId, named.Body + unnamed.Body, StringComparison.Ordinal);
        await Oracles.NobodyIsSignedInAsync(second, named, unnamed);
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(200, (await second.AnswerAsync(unnamed.Token, kept.Code())).Status);
    }

    private static Task<TestHost> StartNodeAsync(IMfaFactorStore factors, IDataProtectionProvider keys, TestKit.FakeClock clock, string mode) =>
        TestHost.StartAsync(options =>
        {
            options.Clock = clock;
            options.Settings["Policy:Mode"] = mode;
            options.ServicesAfter = services => services.AddSingleton(factors).AddSingleton(keys);
        });
}
