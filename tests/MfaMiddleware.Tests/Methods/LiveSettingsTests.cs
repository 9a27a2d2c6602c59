using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using MfaMiddleware.Tests.Methods.Hotp;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Methods;

/// <summary>Methods and their limits, changed in the settings of a host that runs.</summary>
public sealed class LiveSettingsTests
{
    [Fact]
    public async Task MethodThatIsSwitchedOff_IsNeitherOfferedNorTakenUntilItIsOnAgain()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            // Without a method beside text messages the change would be refused.
            o.Settings["Methods:Hotp:Enabled"] = "true";
        });
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        await SmsRecorder.EnrollAsync(host, "alice", "+49 151 23456742");
        var pending = await client.LoginAsync("alice");
        Assert.Equal(["sms", "totp"], Methods(pending));

        var bob = (await client.LoginAsync("bob")).Token;
        var begun = (await client.PostAsync("/mfa/enroll", new { mfa_token = bob, method = "totp" })).Json["enrollment"]!;
        var bobs = new TotpDevice((string)begun["id"]!, (string)begun["secret"]!, host.Clock);

        Set(host, "Totp:Enabled", "false");
        var refused = await client.AnswerAsync(pending.Token, device.Code(), "totp");
        Assert.Equal((401, "invalid_code", "4"), (refused.Status, refused.Error, refused["attempts_remaining"]));
        Assert.Equal("This method or factor is not offered for this sign-in.", refused["error_description"]);
        Assert.Equal(["sms"], Methods(refused));
        Assert.Equal(400, (await client.PostAsync("/mfa/challenge", new { mfa_token = refused.Token, method = "totp" })).Status);
        Assert.Equal(["sms"], Methods(await client.LoginAsync("alice")));
        Assert.DoesNotContain("totp", (await client.LoginAsync("bob"))["enroll"], StringComparison.Ordinal);
        var unfinished = await client.PostAsync("/mfa", new { mfa_token = bob, enrollment_id = bobs.FactorId, code = bobs.Code() });
        Assert.Equal((401, "This method or factor is not offered for this sign-in."), (unfinished.Status, unfinished["error_description"]));

        Set(host, "Totp:Enabled", "true");
        var done = await client.AnswerAsync(refused.Token, device.Code(), "totp");
        Assert.Equal(200, done.Status);
        var wrong = await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.Code(), "totp");
        Assert.Null(wrong["error_description"]);
        Assert.Equal(200, (await client.PostAsync("/mfa", new { mfa_token = unfinished.Token, enrollment_id = bobs.FactorId, code = bobs.Code() })).Status);
    }

    [Fact]
    public async Task LimitThatIsChanged_HoldsFromTheNextRequest()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            o.Settings["Methods:Hotp:Enabled"] = "true";
            o.Settings["Methods:Sms:MaxSends"] = "1";
        });
        using var client = host.Client();
        var token = await HotpHost.EnrollAsync(client, host, "alice");
        await SmsRecorder.EnrollAsync(host, "bob", "+49 151 23456742");

        // The next code is that of 1; 11 is the last that is looked at.
        var behind = await client.AnswerAsync((await client.LoginAsync("alice")).Token, token.CodeAt(15));
        Assert.Equal(401, behind.Status);
        Set(host, "Hotp:LookAhead", "20");
        Assert.Equal(200, (await client.AnswerAsync(behind.Token, token.CodeAt(15))).Status);
        Set(host, "Hotp:LookAhead", "200");
        Assert.Equal(401, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, token.CodeAt(50))).Status);

        var pending = await SmsRecorder.SignInToCodeAsync(client, "bob");
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(429, (await SmsRecorder.SendAsync(client, pending)).Status);
        // The last change can't work, so it took nothing with it that came after; now it is put right.
        Set(host, "Hotp:LookAhead", "20", "Sms:MaxSends", "2");
        Assert.Equal(200, (await SmsRecorder.SendAsync(client, pending)).Status);
    }

    private static IEnumerable<string> Methods(Reply reply) => reply.Json["methods"]!.AsArray().Select(m => (string)m!["method"]!).Order(StringComparer.Ordinal);

    private static void Set(TestHost host, params string[] pairs)
    {
        var configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        foreach (var pair in pairs.Chunk(2)) configuration["Mfa:Methods:" + pair[0]] = pair[1];
        configuration.Reload();
    }
}
