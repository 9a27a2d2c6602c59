using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.StepUp;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

public sealed class CrossSiteRequestsTests
{
    private static readonly (string, string) Html = ("Accept", "text/html");

    [Fact]
    public async Task B083_BindingCookie_HasEveryAttributeAndIsSmall()
    {
        await using var host = await TestHost.StartAsync(OwnPages.Use);
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");

        var reply = await FormLoginAsync(client, "alice");

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
        var cookie = (await FormLoginAsync(client, "alice")).CookieHeader;
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
        var other = (await FormLoginAsync(client, "alice")).CookieHeader;
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
        var attacker = await FormLoginAsync(client, "mallory");
        var page = attacker.Message.Headers.Location!.ToString();
        var victim = (await FormLoginAsync(client, "victim")).CookieHeader;

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

    [Theory]
    [InlineData("//e.x")]
    [InlineData("/\\e.x")]
    [InlineData("/%09/e.x")]
    [InlineData("/\t/e.x")]
    [InlineData("https:e.x")]
    [InlineData("https://e.x/")]
    [InlineData("/..//e.x")]
    [InlineData("@")]
    [InlineData("@e.x")]
    [InlineData("http://localhost@e.x/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("\\\\e.x")]
    [InlineData("10KB")]
    public async Task B089_ReturnUrlsThatLeadAway_NeverComeOut(string url)
    {
        url = url == "10KB" ? "/" + new string('a', 10 * 1024) : url;
        await using var host = await TestHost.StartAsync(o => o.Endpoints = MapReturns);
        using var client = host.Client();
        foreach (var door in new[] { "/return/location", "/return/redirect-uri", "/Account/Login" })
        {
            var device = await host.EnrollTotpAsync(door);
            // No server takes a longer address than 8 KB.
            var query = door == "/Account/Login" && url.Length < 8000 ? "?ReturnUrl=" + Uri.EscapeDataString(url) : "";
            var challenge = await client.PostAsync(door + query, new { user = door, url });

            // The client's own wishes between the steps change nothing.
            var body = new { mfa_token = challenge.Token, code = device.Code(), return_url = "//evil.example", returnUrl = "//evil.example", redirect_uri = new[] { "//evil.example" } };
            LeadsNowhereElse(await client.PostAsync("/mfa?returnUrl=//evil.example&ReturnUrl=//evil.example", body));
        }
    }

    [Theory]
    [InlineData("?ReturnUrl=/home&ReturnUrl=//e.x")]
    [InlineData("?ReturnUrl=//e.x&ReturnUrl=/home")]
    [InlineData("?ReturnUrl=//e.x&returnurl=/home")]
    [InlineData("?ReturnUrl[]=//e.x")]
    [InlineData("?ReturnUrl[0]=//e.x&ReturnUrl[1]=/home")]
    public async Task B089_SeveralReturnUrls_LeadNowhereElse(string query)
    {
        await using var host = await TestHost.StartAsync(o => o.Endpoints = MapReturns);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var atLogin = await client.PostAsync("/Account/Login" + query, new { user = "alice", url = "" });
        LeadsNowhereElse(await client.AnswerAsync(atLogin.Token, device.Code()));
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        var twice = await client.PostAsync("/return/two-locations", new { user = "alice", url = "//e.x" });
        LeadsNowhereElse(await client.AnswerAsync(twice.Token, device.Code()));
    }

    [Fact]
    public async Task B089_WishesOfABrowserBetweenTheSteps_ChangeNothing()
    {
        await using var host = await TestHost.StartAsync(OwnPages.Use);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var challenge = await FormLoginAsync(client, "alice");
        var page = challenge.Message.Headers.Location!.OriginalString;

        var body = $"code={device.Code()}&returnUrl=//evil.example&return_url=//evil.example&ReturnUrl=//evil.example&ReturnUrl=/other";
        var done = await client.PostTextAsync($"{page}&returnUrl=//evil.example&ReturnUrl=//evil.example", body, "application/x-www-form-urlencoded", ("Cookie", challenge.CookieHeader));

        Assert.Equal((302, "/home"), (done.Status, done.Message.Headers.Location!.OriginalString));
    }

    private static void LeadsNowhereElse(Reply done)
    {
        Assert.Equal((200, "0"), (done.Status, done["type"]));
        Assert.Null(done.Message.Headers.Location);
        var url = done["return_url"]!;
        Assert.Equal("https://app.example", new Uri(new Uri("https://app.example/mfa/verify"), url).GetLeftPart(UriPartial.Authority));
        Assert.Matches(@"^/(?![/\\\t])", url);
        Assert.DoesNotContain("evil", done.Body, StringComparison.Ordinal);
        Assert.True(url.Length <= 2048);
    }

    [Fact]
    public async Task B089_LineBreaksInAReturnUrl_NeverReachAHeader()
    {
        await using var host = await TestHost.StartAsync(o => o.Endpoints = MapReturns);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var location = await client.PostAsync("/return/location", new { user = "alice", url = "/x\r\nSet-Cookie: a=b" });
        var property = await client.PostAsync("/return/redirect-uri", new { user = "alice", url = "/x\r\nSet-Cookie: a=b" });
        var done = await client.AnswerAsync(property.Token, device.Code());

        await Oracles.NobodyIsSignedInAsync(client, location, property);
        Assert.Equal((200, """{"type":0,"return_url":"/"}"""), (done.Status, done.Body));
        Assert.DoesNotContain(done.SetCookies, c => c.StartsWith("a=", StringComparison.Ordinal));
    }

    private static void MapReturns(WebApplication app)
    {
        app.MapPost("/Account/Login", (HttpContext context, Wish wish) => context.SignInAsync(TestHost.PrincipalOf(wish.User)));
        app.MapPost("/return/{door}", async (string door, HttpContext context, Wish wish) =>
        {
            var properties = new AuthenticationProperties { RedirectUri = door == "redirect-uri" ? wish.Url : null };
            await context.SignInAsync(TestHost.PrincipalOf(wish.User), properties);
            if (door == "redirect-uri") return Results.Ok();
            context.Response.Headers.Location = door == "location" ? wish.Url : new[] { wish.Url, "/home" };
            return Results.StatusCode(302);
        });
    }

    private static Task<Reply> FormLoginAsync(MfaClient client, string user) =>
        client.PostTextAsync("/form", "user=" + user, "application/x-www-form-urlencoded", Html);

    private sealed record Wish(string User, string Url);
}
