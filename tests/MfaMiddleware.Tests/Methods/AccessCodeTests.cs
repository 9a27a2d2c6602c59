using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Endpoints.Admin;
using MfaMiddleware.Tests.Threats.Support;
using Xunit;

namespace MfaMiddleware.Tests.Methods;

/// <summary>The way back for a user who lost everything.</summary>
public sealed class AccessCodeTests
{
    [Fact]
    public async Task AfterAReset_TheAccessCodeOpensTheSetUpAndThePasswordAloneDoesNot()
    {
        await using var host = await TestHost.StartAsync(AdminHost.Use);
        using var client = host.Client();
        var admin = await AdminHost.SignInAsync(client, host);
        await client.EnrollAsync(host, "alice");
        await AdminHost.ResetAsync(client, admin);

        // A thief with the password is faster, and gets nowhere: there is nothing to answer and nothing to set up.
        var thief = await client.LoginAsync("alice");
        Assert.Equal(("[]", "[]"), (thief.Json["methods"]!.ToJsonString(), thief.Json["enroll"]!.ToJsonString()));
        Assert.Equal((403, "enrollment_not_allowed"), await StatusAsync(client.PostAsync("/mfa/enroll", new { mfa_token = thief.Token, method = "totp" })));

        var code = await AdminHost.AccessCodeAsync(client, admin);
        var owner = await client.LoginAsync("alice");
        Assert.Equal("""[{"id":"access_code","method":"access_code","name":"Access code"}]""", owner.Json["methods"]!.ToJsonString());
        Assert.Equal("[]", owner.Json["enroll"]!.ToJsonString());
        Assert.Equal(403, (await client.PostAsync("/mfa/enroll", new { mfa_token = owner.Token, method = "totp" })).Status);

        var open = await client.AnswerAsync(owner.Token, code, "access_code");
        Assert.Equal((200, "1"), (open.Status, open["type"]));
        Assert.Equal((owner.Token, """["totp"]""", "[]"), (open.Token, open.Json["enroll"]!.ToJsonString(), open.Json["methods"]!.ToJsonString()));
        await Oracles.NobodyIsSignedInAsync(client, open);

        var started = (await client.PostAsync("/mfa/enroll", new { mfa_token = open.Token, method = "totp" })).Json["enrollment"]!;
        var device = new TotpDevice((string)started["id"]!, (string)started["secret"]!, host.Clock);
        var done = await client.PostAsync("/mfa", new { mfa_token = open.Token, enrollment_id = device.FactorId, code = device.Code() });
        Assert.NotNull(await client.MeAsync(done.CookieHeader));

        // Once: neither for another session of this user nor for the next one.
        Assert.Equal(401, (await client.AnswerAsync(thief.Token, code, "access_code")).Status);
        Assert.Equal(401, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, code, "access_code")).Status);
        Assert.Equal(1, host.Events.Count(MfaEventNames.AccessCodeUsed, "alice"));
    }

    [Fact]
    public async Task UserWhoStillHasAFactor_IsLetInByItOnce()
    {
        await using var host = await TestHost.StartAsync(AdminHost.Use);
        using var client = host.Client();
        var admin = await AdminHost.SignInAsync(client, host);
        var alice = await client.EnrollAsync(host, "alice");
        var code = await AdminHost.AccessCodeAsync(client, admin);

        var challenge = await client.LoginAsync("alice");
        Assert.Equal(["totp", "recovery_code", "access_code"], challenge.Json["methods"]!.AsArray().Select(m => (string)m!["method"]!));
        // Without a name it is taken for a recovery code, which looks alike.
        var unnamed = await client.AnswerAsync(challenge.Token, code);
        Assert.Equal(401, unnamed.Status);
        var done = await client.AnswerAsync(unnamed.Token, code.ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal), "access_code");

        Assert.Equal("""["pwd","mfa"]""", (await client.MeAsync(done.CookieHeader))!["amr"]!.ToJsonString());
        // Enough to replace what was lost.
        Assert.Equal(204, (await client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"/mfa/factors/{alice.Device.FactorId}"), ("Cookie", done.CookieHeader))).Status);
        Assert.Equal(401, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, code, "access_code")).Status);
    }

    [Fact]
    public async Task Code_IsGoodForAnHourAndForItsUserAlone()
    {
        await using var host = await TestHost.StartAsync(AdminHost.Use);
        using var client = host.Client();
        var admin = await AdminHost.SignInAsync(client, host);
        await host.EnrollTotpAsync("alice");
        await host.EnrollTotpAsync("bob");
        var first = await AdminHost.AccessCodeAsync(client, admin);
        var reply = await client.PostAsync("/mfa/admin/users/alice/access-code", new { }, admin);
        Assert.Equal("3600", reply["expires_in"]);
        await AdminHost.AccessCodeAsync(client, admin, "bob");

        var replaced = await client.AnswerAsync((await client.LoginAsync("alice")).Token, first, "access_code");
        Assert.Equal(401, replaced.Status);
        Assert.Equal(401, (await client.AnswerAsync((await client.LoginAsync("bob")).Token, reply["access_code"]!, "access_code")).Status);

        host.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        var late = await client.LoginAsync("alice");
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(401, (await client.AnswerAsync(late.Token, reply["access_code"]!, "access_code")).Status);
        Assert.DoesNotContain("access_code", (await client.LoginAsync("alice")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RightCode_InParallel_OpensOneSetUp()
    {
        await using var host = await TestHost.StartAsync(AdminHost.Use);
        using var client = host.Client();
        var admin = await AdminHost.SignInAsync(client, host);
        await AdminHost.ResetAsync(client, admin);
        var code = await AdminHost.AccessCodeAsync(client, admin);
        var tokens = new List<string?>();
        for (var i = 0; i < 4; i++) tokens.Add((await client.LoginAsync("alice")).Token);

        var replies = await Task.WhenAll(tokens.Select(token => client.AnswerAsync(token, code, "access_code")));

        Assert.Single(replies, reply => reply.Status == 200);
    }

    [Fact]
    public async Task WrongAccessCodes_CountLikeAnyGuess()
    {
        await using var host = await TestHost.StartAsync(AdminHost.Use);
        using var client = host.Client();
        var admin = await AdminHost.SignInAsync(client, host);
        await AdminHost.ResetAsync(client, admin);
        var code = await AdminHost.AccessCodeAsync(client, admin);

        var reply = await client.LoginAsync("alice");
        for (var i = 0; i < 4; i++) reply = await client.AnswerAsync(reply.Token, "000000-000000-000000-000000", "access_code");
        Assert.Equal("1", reply["attempts_remaining"]);
        Assert.Equal("too_many_attempts", (await client.AnswerAsync(reply.Token, "short", "access_code")).Error);

        Assert.Equal((429, "throttled"), await StatusAsync(client.AnswerAsync((await client.LoginAsync("alice")).Token, code, "access_code")));
    }

    [Fact]
    public async Task SelfService_SetsNoFirstFactorUpAfterAReset()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            AdminHost.Use(o);
            o.Settings["Policy:Enrollment:Mode"] = "Optional";
        });
        using var client = host.Client();
        await host.EnrollTotpAsync("admin");
        var admin = ("Cookie", (await client.AnswerAsync((await client.LoginAsync("admin")).Token, (await host.EnrollTotpAsync("admin")).Code())).CookieHeader);
        await AdminHost.ResetAsync(client, admin);
        var cookies = (await client.LoginAsync("alice")).CookieHeader;

        Assert.Equal((403, "enrollment_not_allowed"), await StatusAsync(client.PostAsync("/mfa/factors", new { method = "totp" }, ("Cookie", cookies))));
        var stepUp = await client.PostAsync("/mfa/step-up", new { }, ("Cookie", cookies));
        Assert.Equal(403, (await client.PostAsync("/mfa/enroll", new { mfa_token = stepUp.Token, method = "totp" }, ("Cookie", cookies))).Status);
    }

    private static async Task<(int Status, string? Error)> StatusAsync(Task<Reply> pending)
    {
        var reply = await pending;
        return (reply.Status, reply.Error);
    }
}
