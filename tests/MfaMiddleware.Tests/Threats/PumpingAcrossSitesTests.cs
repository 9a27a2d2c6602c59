using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using MfaMiddleware.Tests.UI;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>Another site's page that has a victim's browser, and would have text messages sent.</summary>
public sealed class PumpingAcrossSitesTests : IAsyncLifetime
{
    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(o =>
    {
        SmsRecorder.Use(o);
        o.Mfa = mfa => mfa.AddSmsSender<SmsRecorder>().AddUI();
    });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task B086_RequestsOfAnotherSite_SendNoMessage()
    {
        using var client = _host.Client();
        await SmsRecorder.EnrollAsync(_host, "alice", "+49 151 23456742");
        var device = await _host.EnrollTotpAsync("bob");
        var (alice, newcomer) = ((await client.LoginAsync("alice")).Token, (await client.LoginAsync("newcomer")).Token);
        var cookies = (await client.AnswerAsync((await client.LoginAsync("bob")).Token, device.Code())).CookieHeader;
        var before = (await client.GetAsync("/mfa/factors", ("Cookie", cookies))).Body;
        async Task<List<Reply>> SendAsync(string contentType, params (string, string)[] headers) =>
        [
            await client.PostTextAsync("/mfa/challenge", $$"""{"mfa_token":"{{alice}}","method":"sms"}""", contentType, headers),
            await client.PostTextAsync("/mfa/enroll", $$"""{"mfa_token":"{{newcomer}}","method":"sms","phone":"+49 151 23456743"}""", contentType, headers),
            await client.PostTextAsync("/mfa/factors", """{"method":"sms","phone":"+49 151 23456744"}""", contentType, headers),
        ];

        foreach (var row in CrossSiteRequestsTests.CrossSite)
        {
            var (contentType, origin, status) = ((string)row[0], (string?)row[1], (int)row[2]);
            (string, string)[] headers = [("Cookie", cookies), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"), .. origin is null ? ((string, string)[])[] : [("Origin", origin)]];
            var replies = await SendAsync(contentType, headers);
            replies.Add(await client.PostTextAsync("/mfa", $$"""{"mfa_token":"{{alice}}","code":"000000"}""", contentType, headers));
            if (origin is not null) replies.Add(await client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"/mfa/factors/{device.FactorId}"), headers));
            Assert.All(replies, reply => Assert.Equal((contentType, origin, status), (contentType, origin, reply.Status)));
        }

        Assert.Empty(SmsRecorder.Of(_host).Sent);
        Assert.Equal("5", (await client.GetAsync("/mfa/session", ("X-MFA-Token", alice!)))["attempts_remaining"]);
        Assert.Equal(before, (await client.GetAsync("/mfa/factors", ("Cookie", cookies))).Body);

        // Of the app's own script each sends one.
        Assert.All(await SendAsync("application/json", ("Cookie", cookies)), reply => Assert.Equal(200, reply.Status));
        Assert.Equal(3, SmsRecorder.Of(_host).Sent.Count);
    }

    [Fact]
    public async Task B086_FormsOfAnotherSite_SendNoMessageFromThePages()
    {
        using var alice = new Browser(_host);
        using var bob = new Browser(_host);
        await SmsRecorder.EnrollAsync(_host, "alice", "+49 151 23456742");
        var device = await _host.EnrollTotpAsync("bob");
        var verify = await alice.SignInAsync("alice");
        await bob.AnswerAsync(await bob.SignInAsync("bob"), device.Code());
        var manage = await bob.GetAsync("/mfa/manage");
        var (send, add) = (verify.FormWith("send"), manage.FormWith("phone"));
        (send["send"], add["do"], add["method"], add["phone"]) = ("1", "add", "sms", "+49 151 23456744");

        foreach (var headers in new (string, string)[][] { [("Origin", "https://evil.example")], [("Origin", "null"), ("Sec-Fetch-Site", "cross-site")] })
        {
            Assert.Equal(403, (await alice.PostAsync("/mfa/verify", send, headers)).Status);
            Assert.Equal(403, (await bob.PostAsync("/mfa/manage", add, headers)).Status);
            Assert.Equal(403, (await bob.PostAsync("/mfa/manage", new(add) { ["do"] = "remove", ["id"] = device.FactorId }, headers)).Status);
        }

        // A browser that names no origin: another site doesn't know the token of the form.
        Assert.Equal(400, (await alice.PostAsync("/mfa/verify", WithoutToken(send))).Status);
        Assert.Equal(400, (await bob.PostAsync("/mfa/manage", WithoutToken(add))).Status);
        Assert.Empty(SmsRecorder.Of(_host).Sent);
        Assert.DoesNotContain(_host.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));

        Assert.Equal(303, (await alice.PostAsync("/mfa/verify", send)).Status);
        Assert.Equal(303, (await bob.PostAsync("/mfa/manage", add)).Status);
        Assert.Equal(2, SmsRecorder.Of(_host).Sent.Count);
    }

    private static Dictionary<string, string> WithoutToken(Dictionary<string, string> fields) =>
        fields.Where(f => f.Key != "__RequestVerificationToken").ToDictionary(f => f.Key, f => f.Value);
}
