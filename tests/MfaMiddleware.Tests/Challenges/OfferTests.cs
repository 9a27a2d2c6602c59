using MfaMiddleware.TestKit.Fido;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using Xunit;

namespace MfaMiddleware.Tests.Challenges;

public sealed class OfferTests
{
    [Fact]
    public async Task Ways_AreListedBestFirstWithLabelAndHint_AndACodeGoesToTheNumberThatIsNamed()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            FidoHost.Use(o);
        });
        using var client = host.Client();
        using var key = new SoftAuthenticator();
        await FidoHost.EnrollAsync(client, key, "alice");
        foreach (var (number, name) in new[] { ("+4915123456742", "one"), ("+4915123456723", "two") })
        {
            host.Clock.Advance(TimeSpan.FromSeconds(1));
            await SmsRecorder.EnrollAsync(host, "alice", number, name);
        }

        var pending = await client.LoginAsync("alice");
        Assert.Equal(
            ["fido|Security key||true", "sms|Text message|•••• 23|", "sms|Text message|•••• 42|", "recovery_code|Recovery code||"],
            pending.Json["methods"]!.AsArray().Select(m => $"{m!["method"]}|{m["name"]}|{m["hint"]}|{m["phishing_resistant"]?.ToJsonString()}"));

        var started = await client.PostAsync("/mfa/challenge", new { mfa_token = pending.Token, factor_id = "one-alice" });
        Assert.Equal("•••• 42", (string)started.Json["challenge"]!["sent_to"]!);
        Assert.Equal("+4915123456742", Assert.Single(SmsRecorder.Of(host).Sent).To);
        // The code is that number's, whatever else is named.
        var other = await client.PostAsync("/mfa", new { mfa_token = pending.Token, code = SmsRecorder.Of(host).LastCode, factor_id = "two-alice" });
        Assert.Equal(401, other.Status);
        Assert.Equal(200, (await client.PostAsync("/mfa", new { mfa_token = other.Token, code = SmsRecorder.Of(host).LastCode })).Status);

        // What was used last comes first, behind what can't be phished.
        var next = await client.LoginAsync("alice");
        Assert.Equal(["", "•••• 42", "•••• 23", ""], next.Json["methods"]!.AsArray().Select(m => (string?)m!["hint"] ?? ""));
    }
}
