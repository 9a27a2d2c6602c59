using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.StepUp;
using MfaMiddleware.Tests.Threats.Support;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

public sealed class CrossSiteRequestsTests
{
    [Fact]
    public async Task B083_BindingCookie_HasEveryAttributeAndIsSmall()
    {
        await using var host = await TestHost.StartAsync(OwnPages.Use);
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");

        var reply = await client.FormLoginAsync("alice");

        var cookie = Assert.Single(reply.SetCookies);
        Assert.Matches("^__Host-mfa-[0-9a-f]{8}=[A-Za-z0-9_.-]+; path=/; secure; samesite=lax; httponly$", cookie);
        Assert.True(cookie.Length < 4096);
    }

    [Fact]
    public async Task B085_CookiesThatAnotherSiteCouldHaveSet_AreIgnored()
    {
        await using var host = await TestHost.StartAsync(OwnPages.Use);
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");
        var cookie = (await client.FormLoginAsync("alice")).CookieHeader;
        var (name, value) = (cookie.Split('=')[0], cookie.Split('=')[1]);
        var suffix = name["__Host-".Length..];
        Task<Reply> Open(string header) => client.GetAsync("/mfa/verify", ("Cookie", header));
        Assert.Equal(200, (await Open(cookie)).Status);

        foreach (var trick in new[] { $"__host-{suffix}", $"__HOST-{suffix}", $"%5F%5FHost-{suffix}", $"%5f%5fHost-{suffix}", $" __Host-{suffix.ToUpperInvariant()}", suffix, $"__Secure-{suffix}" })
        {
            Assert.Equal(404, (await Open($"{trick}={value}")).Status);
            // Beside the real one it changes nothing, before it or after it.
            Assert.Equal(200, (await Open($"{trick}=tossed; {cookie}")).Status);
            Assert.Equal(200, (await Open($"{cookie}; {trick}=tossed")).Status);
        }

        // Two of one name: no browser keeps two of this prefix, so neither is believed.
        var other = (await client.FormLoginAsync("alice")).CookieHeader;
        Assert.Equal(404, (await Open($"{cookie}; {other}")).Status);
        Assert.Equal(404, (await Open($"{other}; {cookie}")).Status);

        // Plain http on a loopback address, where a browser would keep no cookie of this name.
        using var plain = new MfaClient(host.LoopbackAddress);
        Assert.Equal(404, (await plain.GetAsync("/mfa/verify", ("Cookie", cookie))).Status);
    }

    /// <summary>
    /// What another site can send with the user's cookies: a form, JSON dressed as text, a fetch without CORS; with the Origin that browsers add,
    /// and without it.
    /// </summary>
    public static TheoryData<string, string?, int> CrossSite => new()
    {
        { "application/x-www-form-urlencoded", null, 415 },
        { "multipart/form-data; boundary=x", null, 415 },
        { "text/plain", null, 415 },
        { "text/plain; application/json", null, 415 },
        { "text/plain;charset=UTF-8", "https://evil.example", 403 },
        { "application/x-www-form-urlencoded", "null", 403 },
        { "application/json", "https://evil.example", 403 },
        { "application/json", "null", 403 },
        { "application/json", "http://localhost.evil.example", 403 },
        { "application/json", "https://localhost", 403 },
    };

    [Theory]
    [MemberData(nameof(CrossSite))]
    public async Task B086_RequestsOfAnotherSite_AreRefusedAndChangeNothing(string contentType, string? origin, int status)
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var alice = await client.LoginAsync("alice");
        var newcomer = await client.LoginAsync("newcomer");
        (string, string)[] headers = origin is null ? [] : [("Origin", origin)];
        string Body(Reply of, string rest) => $$"""{"mfa_token":"{{of.Token}}",{{rest}}}""";

        Reply[] replies =
        [
            await client.PostTextAsync("/mfa", Body(alice, $"\"code\":\"{device.Code()}\""), contentType, headers),
            await client.PostTextAsync("/mfa", Body(alice, "\"code\":\"000000\""), contentType, headers),
            await client.PostTextAsync("/mfa/enroll", Body(newcomer, "\"method\":\"totp\""), contentType, headers),
            await client.PostTextAsync("/mfa/challenge", Body(alice, "\"method\":\"totp\""), contentType, headers),
            await client.PostTextAsync("/mfa/cancel", Body(alice, "\"x\":1"), contentType, headers),
        ];

        Assert.All(replies, reply => Assert.Equal(status, reply.Status));
        await Oracles.NobodyIsSignedInAsync(client, replies);
        foreach (var session in new[] { alice, newcomer })
        {
            Assert.Equal("5", (await client.GetAsync("/mfa/session", ("X-MFA-Token", session.Token!)))["attempts_remaining"]);
        }

        Assert.Equal(401, (await client.PostAsync("/mfa", new { mfa_token = newcomer.Token, enrollment_id = "none", code = "000000" })).Status);
        Assert.Equal(200, (await client.AnswerAsync(alice.Token, device.Code())).Status);
    }

    [Theory]
    [MemberData(nameof(CrossSite))]
    public async Task B086_RequestsOfAnotherSiteWithTheUsersSession_AreRefusedAndChangeNothing(string contentType, string? origin, int status)
    {
        await using var host = await TestHost.StartAsync(Sessions.NeverAtSignIn);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.ProvedAsync("alice", device.Code());
        var before = (await client.GetAsync("/mfa/factors", ("Cookie", cookies))).Body;
        (string, string)[] headers = [("Cookie", cookies), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"), .. origin is null ? ((string, string)[])[] : [("Origin", origin)]];
        var factor = $"/mfa/factors/{device.FactorId}";

        List<Reply> replies =
        [
            await client.PostTextAsync("/mfa/factors", "{\"method\":\"totp\"}", contentType, headers),
            await client.PostTextAsync($"{factor}/verify", $"{{\"code\":\"{device.Code()}\"}}", contentType, headers),
            await client.PostTextAsync("/mfa/recovery-codes", "{}", contentType, headers),
            await client.PostTextAsync("/mfa/step-up", "{}", contentType, headers),
        ];
        // No form sends these verbs, and a browser names the origin of each script that does.
        if (origin is not null) replies.Add(await client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, factor), headers));
        if (origin is not null) replies.Add(await client.SendAsync(new HttpRequestMessage(HttpMethod.Patch, factor) { Content = new StringContent("{\"name\":\"x\"}", null, "application/json") }, headers));

        Assert.All(replies, reply => Assert.Equal(status, reply.Status));
        Assert.All(replies, reply => Assert.Empty(reply.SetCookies));
        Assert.Equal(405, (await client.PostTextAsync(factor + "?_method=DELETE", "_method=DELETE", contentType, headers)).Status);
        Assert.Equal(before, (await client.GetAsync("/mfa/factors", ("Cookie", cookies))).Body);
        Assert.Equal(0, host.Events.Count(MfaEventNames.RecoveryCodesReplaced));
        Assert.Equal(204, (await client.DeleteAsync(factor, cookies)).Status);
    }

    [Fact]
    public async Task B087_AttackersPendingSignIn_CantBeCompletedInTheVictimsBrowser()
    {
        await using var host = await TestHost.StartAsync(OwnPages.Use);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("mallory");
        await host.EnrollTotpAsync("victim");
        var attacker = await client.FormLoginAsync("mallory");
        var page = attacker.Message.Headers.Location!.ToString();
        var victim = (await client.FormLoginAsync("victim")).CookieHeader;

        foreach (var cookies in new[] { "", victim })
        {
            var reply = await client.PostTextAsync(page, "code=" + device.Code(), "application/x-www-form-urlencoded", ("Cookie", cookies), ("Origin", "https://evil.example"));
            Assert.Equal(404, reply.Status);
            await Oracles.NobodyIsSignedInAsync(client, reply);
        }

        // Nor through the JSON API, with the id in the place of a token; and a JSON token doesn't work across sites.
        Oracles.IsInvalidToken(await client.AnswerAsync(page.Split("id=")[1], device.Code()));
        var json = await client.LoginAsync("mallory");
        Assert.Equal(403, (await client.PostAsync("/mfa", new { mfa_token = json.Token, code = device.Code() }, ("Origin", "https://evil.example"), ("Cookie", victim))).Status);

        var own = await client.PostTextAsync(page, "code=" + device.Code(), "application/x-www-form-urlencoded", ("Cookie", attacker.CookieHeader));
        Assert.Equal(302, own.Status);
        Assert.NotNull(await client.MeAsync(own.CookieHeader));
    }
}
