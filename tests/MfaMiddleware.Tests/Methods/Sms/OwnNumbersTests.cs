using MfaMiddleware.Factors;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Sms;

/// <summary>The numbers of one account.</summary>
public sealed class OwnNumbersTests
{
    private const string Number = "+49 151 23456742";

    [Fact]
    public async Task OneNumber_IsSetUpOnceAndTheOldOneIsToldInTheLanguageOfTheUser()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            o.Settings["Methods:Sms:NoticeTemplates:de"] = "Ihr Konto bei {issuer} hat eine weitere Nummer.";
            o.Pipeline = app => app.UseRequestLocalization("en", "de");
        });
        using var client = host.Client();
        var cookie = await SetUpAsync(client, host);
        Task<Reply> BeginAsync(string phone) => client.PostAsync("/mfa/factors", new { method = "sms", phone }, ("Cookie", cookie));
        Task<Reply> VerifyAsync(Reply begun, string code) =>
            client.PostAsync($"/mfa/factors/{begun.Json["enrollment"]!["id"]}/verify", new { code }, ("Cookie", cookie), ("Accept-Language", "de"));

        var known = await BeginAsync("0049 (0) 151 234567-42");
        Assert.Equal((400, "invalid_request", "phone is set up for this account already."), (known.Status, known.Error, known["error_description"]));
        Assert.Single(SmsRecorder.Of(host).Sent);

        // Two set-ups that began before either was there: the second is refused by the store.
        var (one, first) = (await BeginAsync("+49 151 23456799"), SmsRecorder.Of(host).LastCode);
        var (two, second) = (await BeginAsync("+49 151 23456799"), SmsRecorder.Of(host).LastCode);
        Assert.Equal(200, (await VerifyAsync(one, first)).Status);
        Assert.Equal((403, "enrollment_not_allowed"), await StatusAsync(VerifyAsync(two, second)));

        Assert.True(await Task.Run(() => SpinWait.SpinUntil(() => SmsRecorder.Of(host).Sent.Count == 4, TimeSpan.FromSeconds(10))));
        Assert.Equal(("+4915123456742", "Ihr Konto bei TestHost hat eine weitere Nummer."), (SmsRecorder.Of(host).Sent[^1].To, SmsRecorder.Of(host).Sent[^1].Text));

        // Another user may have it too: a family's phone.
        var other = (await client.LoginAsync("bob")).Token;
        Assert.Equal(200, (await client.PostAsync("/mfa/enroll", new { mfa_token = other, method = "sms", phone = Number })).Status);
    }

    [Fact]
    public async Task NumberThatANodeOfAnotherVersionWrote_IsPassedOverForOneThatThisNodeCanRead()
    {
        await using var host = await TestHost.StartAsync(SmsRecorder.Use);
        using var client = host.Client();
        await SmsRecorder.EnrollAsync(host, "alice", Number);
        host.Clock.Advance(TimeSpan.FromHours(1));
        var later = await SmsRecorder.EnrollAsync(host, "alice", "+49 151 23456799", "later");
        var token = await SmsRecorder.SignInToCodeAsync(client, "alice");
        Assert.Equal("+4915123456799", SmsRecorder.Of(host).Sent[^1].To);

        await RewriteAsync(host, later, [2, 0xFF]);

        Assert.Equal((401, "invalid_code"), await StatusAsync(client.AnswerAsync(token, SmsRecorder.Of(host).LastCode)));
        token = await SmsRecorder.SignInToCodeAsync(client, "alice");
        Assert.Equal("+4915123456742", SmsRecorder.Of(host).Sent[^1].To);
        Assert.Equal(200, (await client.AnswerAsync(token, SmsRecorder.Of(host).LastCode)).Status);
    }

    private static async Task RewriteAsync(TestHost host, string id, byte[] secret)
    {
        var (store, subject) = (host.Services.GetRequiredService<IMfaFactorStore>(), new MfaSubject("", "alice"));
        var factor = (await store.FindAsync(subject, default)).Factors.Single(f => f.Id == id);
        var written = factor with { ProtectedSecret = host.Services.GetRequiredService<MfaSecretProtector>().Protect(subject, id, secret) };
        Assert.True(await store.TryUpdateAsync(written, factor.Version, default));
    }

    private static async Task<string> SetUpAsync(MfaClient client, TestHost host)
    {
        var token = (await client.LoginAsync("alice")).Token;
        var begun = await client.PostAsync("/mfa/enroll", new { mfa_token = token, method = "sms", phone = Number });
        var done = await client.PostAsync("/mfa", new { mfa_token = token, enrollment_id = (string)begun.Json["enrollment"]!["id"]!, code = SmsRecorder.Of(host).LastCode });
        Assert.Equal(200, done.Status);
        return done.CookieHeader;
    }

    private static async Task<(int, string?)> StatusAsync(Task<Reply> reply) => ((await reply).Status, (await reply).Error);
}
