using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

public sealed class ChangingNumbersTests
{
    private const string OldNumber = "+4915123456742";
    private const string NewNumber = "+4915123456799";

    [Fact]
    public async Task B076_ChangeOfNumber_NeedsAFreshProofAndACodeOnTheNewOneAndTellsTheOldOne()
    {
        await using var host = await TestHost.StartAsync(SmsRecorder.Use);
        using var client = host.Client();
        var cookie = await SetUpAsync(host, client);
        host.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(401, (await BeginAsync(client, cookie)).Status);
        Assert.Single(SmsRecorder.Of(host).Sent);

        cookie = await SignInAsync(host, client);
        var begun = await BeginAsync(client, cookie);
        Assert.Equal((200, "•••• 99"), (begun.Status, (string)begun.Json["enrollment"]!["sent_to"]!));
        Assert.Equal(NewNumber, SmsRecorder.Of(host).Sent[^1].To);
        var (id, code) = ((string)begun.Json["enrollment"]!["id"]!, SmsRecorder.Of(host).LastCode);

        // Until the new one is proved the old one is the only one that gets codes.
        var login = await client.LoginAsync("alice");
        Assert.Equal("•••• 42", (string)login.Json["methods"]!.AsArray().Single(m => (string)m!["method"]! == "sms")!["hint"]!);
        Assert.Equal(200, (await SmsRecorder.SendAsync(client, login.Token)).Status);
        Assert.Equal(OldNumber, SmsRecorder.Of(host).Sent[^1].To);
        Assert.Equal(401, (await VerifyAsync(client, cookie, id, code == "000000" ? "000001" : "000000")).Status);

        Assert.Equal(200, (await VerifyAsync(client, cookie, id, code)).Status);
        Assert.Equal("sms", Assert.Single(host.Events.All, e => e.Name == MfaEventNames.PhoneNumberAdded).Method);
        await Eventually(() => SmsRecorder.Of(host).Sent.Any(m => m.To == OldNumber && m.Text.Contains("Another phone number", StringComparison.Ordinal)));

        var factors = (await client.GetAsync("/mfa/factors", ("Cookie", cookie))).Json["factors"]!.AsArray();
        var old = factors.Single(f => (string?)f!["hint"] == "•••• 42")!;
        var removed = await client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"/mfa/factors/{old["id"]}"), ("Cookie", cookie));
        Assert.Equal(204, removed.Status);
        login = await client.LoginAsync("alice");
        Assert.Equal("•••• 99", (string)login.Json["methods"]!.AsArray().Single(m => (string)m!["method"]! == "sms")!["hint"]!);
    }

    private static async Task<string> SetUpAsync(TestHost host, MfaClient client)
    {
        var challenge = await client.LoginAsync("alice");
        var begun = await client.PostAsync("/mfa/enroll", new { mfa_token = challenge.Token, method = "sms", phone = OldNumber });
        Assert.Equal("•••• 42", (string)begun.Json["enrollment"]!["sent_to"]!);
        var done = await client.PostAsync(
            "/mfa", new { mfa_token = challenge.Token, enrollment_id = (string)begun.Json["enrollment"]!["id"]!, code = SmsRecorder.Of(host).LastCode });
        Assert.Equal(200, done.Status);
        return done.CookieHeader;
    }

    private static async Task<string> SignInAsync(TestHost host, MfaClient client)
    {
        var token = await SmsRecorder.SignInToCodeAsync(client, "alice");
        return (await client.AnswerAsync(token, SmsRecorder.Of(host).LastCode)).CookieHeader;
    }

    private static Task<Reply> BeginAsync(MfaClient client, string cookie) =>
        client.PostAsync("/mfa/factors", new { method = "sms", phone = NewNumber }, ("Cookie", cookie));

    private static Task<Reply> VerifyAsync(MfaClient client, string cookie, string id, string code) =>
        client.PostAsync($"/mfa/factors/{id}/verify", new { code }, ("Cookie", cookie));

    private static async Task Eventually(Func<bool> condition)
    {
        for (var i = 0; i < 10_000 && !condition(); i++) await Task.Yield();
        if (!condition()) await Task.Run(() => SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(10)));
        Assert.True(condition());
    }
}
