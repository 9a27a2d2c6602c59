using MfaMiddleware.TestKit.Hosting;
using Xunit;

namespace MfaMiddleware.Tests.Journeys;

public sealed class JsonCookieJourneyTests
{
    [Fact]
    public async Task SignIn_NewUser_EnrollsWhilePendingAndIsSignedIn()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();

        var challenge = await client.LoginAsync("alice");
        Assert.Equal((200, "1"), (challenge.Status, challenge["type"]));
        Assert.Empty(challenge.SetCookies);

        var enrollment = await client.PostAsync("/mfa/enroll", new { mfa_token = challenge.Token, method = "totp" });
        var started = enrollment.Json["enrollment"]!;
        var device = new TotpDevice((string)started["id"]!, (string)started["secret"]!, host.Clock);
        Assert.Equal(10, enrollment.Json["recovery_codes"]!.AsArray().Count);

        var done = await client.PostAsync("/mfa", new { mfa_token = challenge.Token, enrollment_id = device.FactorId, code = device.Code() });
        Assert.Equal((200, "alice", "0"), (done.Status, done["welcome"], done["type"]));

        var me = await client.MeAsync(done.CookieHeader);
        Assert.Equal(["pwd", "otp", "mfa"], me!["amr"]!.AsArray().Select(v => (string)v!));
    }

    [Fact]
    public async Task SignIn_EnrolledUser_NeedsACodeEachTime()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var challenge = await client.LoginAsync("alice");
        var done = await client.AnswerAsync(challenge.Token, device.Code());

        Assert.Equal(200, done.Status);
        Assert.NotNull(await client.MeAsync(done.CookieHeader));
        Assert.Equal("1", (await client.LoginAsync("alice"))["type"]);
    }
}
