using MfaMiddleware.PendingSessions;
using MfaMiddleware.TestKit.Hosting;
using Xunit;

namespace MfaMiddleware.Tests.StepUp;

/// <summary>A step-up belongs to the session that asked for it, once.</summary>
public sealed class StepUpBindingTests
{
    [Fact]
    public async Task B033_StepUpOfOneUser_InAnothersSession_IsRefusedAndNothingIsSpent()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var alice = await client.PasswordAloneAsync("alice");
        var bob = await client.PasswordAloneAsync("bob");
        var challenge = await client.PostAsync("/mfa/step-up", new { }, ("Cookie", alice));

        var foreign = await client.PostAsync("/mfa", new { mfa_token = challenge.Token, code = device.Code() }, ("Cookie", bob));
        Assert.Equal((401, "invalid_token"), (foreign.Status, foreign.Error));
        Assert.Empty(foreign.SetCookies);

        var own = await client.PostAsync("/mfa", new { mfa_token = challenge.Token, code = device.Code() }, ("Cookie", alice));
        Assert.Equal(200, own.Status);
    }

    [Fact]
    public async Task B033_StepUp_UsedTwice_IsRefusedTheSecondTime()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.PasswordAloneAsync("alice");
        var challenge = await client.PostAsync("/mfa/step-up", new { }, ("Cookie", cookies));
        var first = await client.PostAsync("/mfa", new { mfa_token = challenge.Token, code = device.Code() }, ("Cookie", cookies));
        host.Clock.Advance(TimeSpan.FromSeconds(30));

        var second = await client.PostAsync("/mfa", new { mfa_token = challenge.Token, code = device.Code() }, ("Cookie", cookies));

        Assert.Equal((200, 401, "invalid_token"), (first.Status, second.Status, second.Error));
        Assert.Empty(second.SetCookies);
    }

    [Fact]
    public async Task B033_StepUp_UsedForAnotherPurpose_IsRefused()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.PasswordAloneAsync("alice");
        var token = (await client.PostAsync("/mfa/step-up", new { }, ("Cookie", cookies))).Token!;

        var enroll = await client.PostAsync("/mfa/enroll", new { mfa_token = token, method = "totp" });
        var asSession = await client.PostAsync("/mfa/factors", new { method = "totp" }, ("X-MFA-Token", token));
        var asBearer = await client.GetAsync("/mfa/factors", ("Authorization", "Bearer " + token));
        var asEnrollment = await client.PostAsync($"/mfa/factors/{MfaToken.Parse(token)!.Value.SessionId}/verify", new { code = device.Code() }, ("Cookie", cookies));

        Assert.Equal((403, 401, 401, 404), (enroll.Status, asSession.Status, asBearer.Status, asEnrollment.Status));
    }

    [Fact]
    public async Task SignedOutSession_IsNotBroughtBack()
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.PasswordAloneAsync("alice");
        var challenge = await client.PostAsync("/mfa/step-up", new { }, ("Cookie", cookies));

        var reply = await client.AnswerAsync(challenge.Token, device.Code());

        Assert.Equal((401, "invalid_token"), (reply.Status, reply.Error));
        Assert.Empty(reply.SetCookies);
    }
}
