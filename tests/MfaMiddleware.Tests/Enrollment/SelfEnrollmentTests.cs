using MfaMiddleware.Factors;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.StepUp;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Enrollment;

/// <summary>The set-up of a factor by someone who is signed in.</summary>
public sealed class SelfEnrollmentTests
{
    [Fact]
    public async Task FirstFactor_RightAfterTheSignIn_IsStoredWithItsCodesAndTheSessionCarriesTheProof()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var cookies = await client.PasswordAloneAsync("alice");

        var begun = await client.PostAsync("/mfa/factors", new { method = "totp", name = " My phone " }, ("Cookie", cookies));
        var device = DeviceOf(begun, host);
        Assert.Equal(10, begun.Json["recovery_codes"]!.AsArray().Count);
        Assert.Empty((await host.Services.GetRequiredService<IMfaFactorStore>().FindAsync(new MfaSubject("", "alice"), default)).Factors);

        var done = await client.PostAsync($"/mfa/factors/{device.FactorId}/verify", new { code = device.Code() }, ("Cookie", cookies));
        Assert.Equal((200, "My phone"), (done.Status, (string?)done.Json["factor"]!["name"]));
        Assert.DoesNotContain(device.Secret, done.Body, StringComparison.Ordinal);
        Assert.Equal(200, (await client.PatchAsync($"/mfa/factors/{device.FactorId}", new { name = "Phone" }, done.CookieHeader)).Status);
        Assert.Equal(host.StampOf(cookies).SignedInAt, host.StampOf(done.CookieHeader).SignedInAt);

        var list = await client.GetAsync("/mfa/factors", ("Cookie", done.CookieHeader));
        Assert.Equal(("Phone", "10"), ((string?)list.Json["factors"]![0]!["name"], list["recovery_codes_remaining"]));
        Assert.Equal(1, host.Events.Count("FactorAdded", "alice"));
    }

    [Fact]
    public async Task FirstFactor_FiveMinutesAfterTheSignIn_NeedsANewSignIn()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var cookies = await client.PasswordAloneAsync("alice");
        host.Clock.Advance(TimeSpan.FromMinutes(5));

        var reply = await client.PostAsync("/mfa/factors", new { method = "totp" }, ("Cookie", cookies));

        Assert.Equal((401, "insufficient_user_authentication"), (reply.Status, reply.Error));
    }

    [Fact]
    public async Task FurtherFactor_IsAddedWithoutNewCodes_AndTheSessionKeepsItsProofAndItsTime()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var old = await host.EnrollTotpAsync("alice");
        var cookies = await client.ProvedAsync("alice", old.Code());
        var before = await client.MeAsync(cookies);
        host.Clock.Advance(TimeSpan.FromMinutes(1));

        var begun = await client.PostAsync("/mfa/factors", new { method = "totp" }, ("Cookie", cookies));
        var device = DeviceOf(begun, host);
        var done = await client.PostAsync($"/mfa/factors/{device.FactorId}/verify", new { code = device.Code() }, ("Cookie", cookies));

        Assert.False(begun.Json.ContainsKey("recovery_codes"));
        Assert.Equal(200, done.Status);
        Assert.Equal(before!.ToJsonString(), (await client.MeAsync(done.CookieHeader))!.ToJsonString());
        Assert.Equal(2, (await client.GetAsync("/mfa/factors", ("Cookie", cookies))).Json["factors"]!.AsArray().Count);
    }

    [Fact]
    public async Task WrongAnswers_CostTheSetUpAndNotTheAccount()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var old = await host.EnrollTotpAsync("alice");
        var cookies = await client.ProvedAsync("alice", old.Code());
        var device = DeviceOf(await client.PostAsync("/mfa/factors", new { method = "totp" }, ("Cookie", cookies)), host);
        var path = $"/mfa/factors/{device.FactorId}/verify";

        var replies = new List<Reply>();
        for (var i = 0; i < 6; i++) replies.Add(await client.PostAsync(path, new { code = device.WrongCode(i) }, ("Cookie", cookies)));

        Assert.Equal((401, "invalid_code", "4"), (replies[0].Status, replies[0].Error, replies[0]["attempts_remaining"]));
        Assert.Equal((401, "too_many_attempts"), (replies[4].Status, replies[4].Error));
        Assert.Equal((404, "not_found"), (replies[5].Status, replies[5].Error));
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        await client.StepUpAsync(cookies, old.Code());
    }

    [Fact]
    public async Task B053_SetUp_AfterUse_IsGone()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var cookies = await client.PasswordAloneAsync("alice");
        var device = DeviceOf(await client.PostAsync("/mfa/factors", new { method = "totp" }, ("Cookie", cookies)), host);
        var path = $"/mfa/factors/{device.FactorId}/verify";

        var first = await client.PostAsync(path, new { code = device.Code() }, ("Cookie", cookies));
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        var again = await client.PostAsync(path, new { code = device.Code() }, ("Cookie", first.CookieHeader));

        Assert.Equal((200, 404), (first.Status, again.Status));
        Assert.Single((await client.GetAsync("/mfa/factors", ("Cookie", cookies))).Json["factors"]!.AsArray());
    }

    [Fact]
    public async Task B053_SetUp_OfAnotherUser_IsNotThere()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var alice = await client.PasswordAloneAsync("alice");
        var mallory = await client.PasswordAloneAsync("mallory");
        var device = DeviceOf(await client.PostAsync("/mfa/factors", new { method = "totp" }, ("Cookie", alice)), host);

        var reply = await client.PostAsync($"/mfa/factors/{device.FactorId}/verify", new { code = device.Code() }, ("Cookie", mallory));

        Assert.Equal((404, "not_found"), (reply.Status, reply.Error));
        Assert.Equal(0, host.Events.Count("FactorAdded"));
    }

    [Fact]
    public async Task B053_SetUp_VerifiedTenTimesAtOnce_AddsOneFactor()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var cookies = await client.PasswordAloneAsync("alice");
        var device = DeviceOf(await client.PostAsync("/mfa/factors", new { method = "totp" }, ("Cookie", cookies)), host);
        var code = device.Code();

        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() =>
            client.PostAsync($"/mfa/factors/{device.FactorId}/verify", new { code }, ("Cookie", cookies)))));

        Assert.Single(replies, r => r.Status == 200);
        Assert.All(replies.Where(r => r.Status != 200), r => Assert.Equal(404, r.Status));
        Assert.Equal(1, host.Events.Count("FactorAdded", "alice"));
    }

    [Fact]
    public async Task B053_SetUp_AfterTenMinutes_IsGone()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var cookies = await client.PasswordAloneAsync("alice");
        var device = DeviceOf(await client.PostAsync("/mfa/factors", new { method = "totp" }, ("Cookie", cookies)), host);
        host.Clock.Advance(TimeSpan.FromMinutes(10));

        var reply = await client.PostAsync($"/mfa/factors/{device.FactorId}/verify", new { code = device.Code() }, ("Cookie", cookies));

        Assert.Equal(404, reply.Status);
    }

    [Fact]
    public async Task TwoFirstFactors_TheSecondIsRefusedAndTheOwnerTold()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var cookies = await client.PasswordAloneAsync("alice");
        var one = DeviceOf(await client.PostAsync("/mfa/factors", new { method = "totp" }, ("Cookie", cookies)), host);
        var other = DeviceOf(await client.PostAsync("/mfa/factors", new { method = "totp" }, ("Cookie", cookies)), host);

        var first = await client.PostAsync($"/mfa/factors/{one.FactorId}/verify", new { code = one.Code() }, ("Cookie", cookies));
        var second = await client.PostAsync($"/mfa/factors/{other.FactorId}/verify", new { code = other.Code() }, ("Cookie", cookies));

        Assert.Equal((200, 403, "enrollment_not_allowed"), (first.Status, second.Status, second.Error));
        Assert.Equal(1, host.Events.Count("EnrollmentRefused", "alice"));
    }

    private static TotpDevice DeviceOf(Reply begun, TestHost host) =>
        new((string)begun.Json["enrollment"]!["id"]!, (string)begun.Json["enrollment"]!["secret"]!, host.Clock);
}
