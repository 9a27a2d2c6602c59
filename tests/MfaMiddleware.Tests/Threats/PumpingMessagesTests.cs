using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using Microsoft.Extensions.Options;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

public sealed class PumpingMessagesTests
{
    private const string Number = "+49 151 23456742";

    [Fact]
    public async Task B068_Resend_WaitsItsLadderAndEndsAfterFiveMessages()
    {
        await using var host = await TestHost.StartAsync(SmsRecorder.Use);
        using var client = host.Client();
        await SmsRecorder.EnrollAsync(host, "alice", Number);
        var token = (await client.LoginAsync("alice")).Token;

        foreach (var (wait, left) in new[] { (30, 4), (60, 3), (120, 2), (120, 1), (120, 0) })
        {
            var sent = await SmsRecorder.SendAsync(client, token);
            Assert.Equal(200, sent.Status);
            var challenge = sent.Json["challenge"]!;
            Assert.Equal(("•••• 42", wait, left), ((string)challenge["sent_to"]!, (int)challenge["resend_after"]!, (int)challenge["sends_remaining"]!));
            await IsThrottledAsync(client, token, wait);
            host.Clock.Advance(TimeSpan.FromSeconds(wait - 1));
            await IsThrottledAsync(client, token, 1);
            host.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        // Until the session ends: 900 seconds, of which 450 are over.
        await IsThrottledAsync(client, token, 450);
        Assert.Equal(5, SmsRecorder.Of(host).Sent.Count);
    }

    [Fact]
    public async Task B070_TextMessagesAsTheOnlyMethod_StopTheStartUnlessTheRiskIsAccepted()
    {
        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => TestHost.StartAsync(OnlyMessages));
        Assert.Contains("Mfa:Methods:Sms:AcceptRestrictedAuthenticator is False", e.Message, StringComparison.Ordinal);

        await using var host = await TestHost.StartAsync(o =>
        {
            OnlyMessages(o);
            o.Settings["Methods:Sms:AcceptRestrictedAuthenticator"] = "true";
        });
        Assert.Equal("""["sms"]""", (await host.Client().LoginAsync("alice"))["enroll"]);
    }

    [Fact]
    public async Task B071_OneNumberInEveryForm_IsOneNumberWithOneBudget()
    {
        await using var host = await TestHost.StartAsync(SmsRecorder.Use);
        using var client = host.Client();
        string[] forms = ["+4915123456742", "004915123456742", "+49 (0) 151-2345.6742", "tel:+49-151-23456742", "+٤٩١٥١٢٣٤٥٦٧٤٢"];
        foreach (var (form, i) in forms.Select((f, i) => (f, i))) Assert.Equal(200, (await EnrollAsync(client, $"user{i}", form)).Status);

        Assert.Equal("+4915123456742", Assert.Single(SmsRecorder.Of(host).Sent.Select(m => m.To).Distinct()));
        // Five in an hour to one number, whoever asks and however it is written.
        Assert.Equal(429, (await EnrollAsync(client, "another", "＋49 151 234 567 42")).Status);
        foreach (var extension in new[] { "+4915123456742;ext=1", "+4915123456742 x12", "+4915123456742,,9", "015123456742", "+49CALLME" })
        {
            Assert.Equal((400, "invalid_request"), await StatusAsync(EnrollAsync(client, "extended", extension)));
        }

        Assert.Equal(5, SmsRecorder.Of(host).Sent.Count);
    }

    [Fact]
    public async Task B073_FiftyParallelSendsOnOneToken_SendOne()
    {
        await using var host = await TestHost.StartAsync(SmsRecorder.Use);
        using var client = host.Client();
        await SmsRecorder.EnrollAsync(host, "alice", Number);
        var token = (await client.LoginAsync("alice")).Token;

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => SmsRecorder.SendAsync(client, token))));

        Assert.Single(SmsRecorder.Of(host).Sent);
        Assert.Single(replies, r => r.Status == 200);
        Assert.All(replies, r => Assert.Contains(r.Status, new[] { 200, 401, 429 }));
        Assert.Equal(200, (await client.AnswerAsync(token, SmsRecorder.Of(host).LastCode)).Status);
    }

    [Theory]
    [InlineData("Methods:Sms:Budgets:NumberPerHour", 3)]
    [InlineData("Methods:Sms:Budgets:NumberPerDay", 4)]
    [InlineData("Methods:Sms:Budgets:NetworkPerHour", 3)]
    [InlineData("Methods:Sms:Budgets:TotalPerMinute", 2)]
    public async Task B073_FiftyParallelSendsOnFiftyTokens_KeepTheBudgetBeforeTheGatewayIsCalled(string budget, int limit)
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            o.Settings[budget] = $"{limit}";
        });
        using var client = host.Client();
        var users = Enumerable.Range(0, 50).Select(i => $"user{i}").ToList();
        var isNumber = budget.Contains("Number", StringComparison.Ordinal);
        foreach (var (user, i) in users.Select((u, i) => (u, i))) await SmsRecorder.EnrollAsync(host, user, isNumber ? Number : $"+4915123456{i + 100}");
        var tokens = await Task.WhenAll(users.Select(async u => (await client.LoginAsync(u)).Token));
        // A gateway that fails is charged like one that sends: what counts is the call.
        var calls = 0;
        SmsRecorder.Of(host).Before = _ => Interlocked.Increment(ref calls) % 2 == 0 ? Task.CompletedTask : throw new InvalidOperationException("down");

        var replies = await Task.WhenAll(tokens.Select(t => Task.Run(() => SmsRecorder.SendAsync(client, t))));

        Assert.Equal(limit, calls);
        Assert.Equal(50 - limit, replies.Count(r => r.Status == 429));
        Assert.All(replies.Where(r => r.Status == 429), r => Assert.True(r.Message.Headers.RetryAfter!.Delta > TimeSpan.Zero));
    }

    [Fact]
    public async Task B073_SendsOfOneAccountOnTokenAfterToken_EndAtItsBudget()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            o.Settings["Methods:Sms:Budgets:NumberPerHour"] = "20";
        });
        using var client = host.Client();
        await SmsRecorder.EnrollAsync(host, "alice", Number);
        for (var i = 0; i < 15; i++)
        {
            var token = (await client.LoginAsync("alice")).Token;
            Assert.Equal(i < 10 ? 200 : 429, (await SmsRecorder.SendAsync(client, token)).Status);
        }

        Assert.Equal(10, SmsRecorder.Of(host).Sent.Count);
    }

    [Theory]
    [InlineData("+49 900 1234567")]
    [InlineData("+1 900 555 0100")]
    [InlineData("+1 876 555 0100")]
    [InlineData("+881 6 1234 5678")]
    [InlineData("+882 16 123 4567")]
    [InlineData("+883 510 0123 4567")]
    [InlineData("+870 773 123 456")]
    [InlineData("+44 7700 900123")]
    public async Task B074_PremiumSatelliteOrForeignNumber_IsRefusedBeforeTheGatewayAndCostsNoBudget(string number)
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            o.Settings["Methods:Sms:Budgets:TotalPerMinute"] = "1";
        });
        using var client = host.Client();
        Assert.Equal((400, "invalid_request"), await StatusAsync(EnrollAsync(client, "alice", number)));

        // One that was stored when its country was allowed.
        await SmsRecorder.EnrollAsync(host, "bob", number);
        Assert.Equal((429, "throttled"), await StatusAsync(SmsRecorder.SendAsync(client, (await client.LoginAsync("bob")).Token)));
        Assert.Empty(SmsRecorder.Of(host).Sent);

        Assert.Equal(200, (await EnrollAsync(client, "carol", Number)).Status);
    }

    [Fact]
    public async Task PrefixWhoseCodesNeverComeBack_IsOffForAnHourWithAnEvent()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            o.Settings["Methods:Sms:Budgets:NetworkPerHour"] = "1000";
        });
        using var client = host.Client();
        for (var i = 0; i < 30; i++) Assert.Equal(200, (await EnrollAsync(client, $"bot{i}", $"+4915123456{i + 100}")).Status);
        host.Clock.Advance(TimeSpan.FromMinutes(1));

        var off = await EnrollAsync(client, "alice", "+4915123456999");
        var other = await EnrollAsync(client, "bob", "+4917223456999");

        Assert.Equal((429, "3600"), (off.Status, off["retry_after"]));
        Assert.Equal(200, other.Status);
        Assert.Equal("prefix_49151", Assert.Single(host.Events.All, e => e.Name == MfaEventNames.SmsPrefixSwitchedOff).Reasons.Single());
        host.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(200, (await EnrollAsync(client, "carol", "+4915123456999")).Status);
    }

    private static void OnlyMessages(TestHostOptions options)
    {
        SmsRecorder.Use(options);
        options.Settings["Methods:Totp:Enabled"] = "false";
    }

    private static async Task<Reply> EnrollAsync(MfaClient client, string user, string phone) =>
        await client.PostAsync("/mfa/enroll", new { mfa_token = (await client.LoginAsync(user)).Token, method = "sms", phone });

    private static async Task<(int, string?)> StatusAsync(Task<Reply> reply) => ((await reply).Status, (await reply).Error);

    private static async Task IsThrottledAsync(MfaClient client, string? token, int seconds)
    {
        var reply = await SmsRecorder.SendAsync(client, token);
        Assert.Equal((429, "throttled"), (reply.Status, reply.Error));
        Assert.Equal(TimeSpan.FromSeconds(seconds), reply.Message.Headers.RetryAfter!.Delta);
    }
}
