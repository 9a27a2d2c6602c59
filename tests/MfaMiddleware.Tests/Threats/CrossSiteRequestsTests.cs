using MfaMiddleware.TestKit.Hosting;
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

    [Theory]
    [InlineData("application/x-www-form-urlencoded", null, 415)]
    [InlineData("multipart/form-data; boundary=x", null, 415)]
    [InlineData("text/plain", null, 415)]
    [InlineData("text/plain; application/json", null, 415)]
    [InlineData("application/json", "https://evil.example", 403)]
    [InlineData("application/json", "null", 403)]
    [InlineData("text/plain", "https://evil.example", 403)]
    [InlineData("application/json", "http://localhost.evil.example", 403)]
    [InlineData("application/json", "https://localhost", 403)]
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
        foreach (var door in new[] { "location", "redirect-uri" })
        {
            var device = await host.EnrollTotpAsync(door);
            var challenge = await client.PostAsync("/return/" + door, new { user = door, url });

            // The client's own wishes between the steps change nothing.
            var body = new { mfa_token = challenge.Token, code = device.Code(), return_url = "//evil.example", returnUrl = "//evil.example", redirect_uri = new[] { "//evil.example" } };
            var done = await client.PostAsync("/mfa?returnUrl=//evil.example", body);

            Assert.Equal((200, "0"), (done.Status, done["type"]));
            Assert.Null(done.Message.Headers.Location);
            var page = new Uri("https://app.example/mfa/verify");
            Assert.Equal("https://app.example", new Uri(page, done["return_url"]).GetLeftPart(UriPartial.Authority));
            Assert.StartsWith("/", done["return_url"], StringComparison.Ordinal);
            Assert.DoesNotMatch(@"^/[/\\\t]", done["return_url"]);
            Assert.DoesNotContain("evil", done.Body, StringComparison.Ordinal);
            Assert.True(done["return_url"]!.Length <= 2048);
        }
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

    private static void MapReturns(WebApplication app) => app.MapPost("/return/{door}", async (string door, HttpContext context, Wish wish) =>
    {
        var properties = new AuthenticationProperties { RedirectUri = door == "redirect-uri" ? wish.Url : null };
        await context.SignInAsync(TestHost.PrincipalOf(wish.User), properties);
        if (door != "location") return Results.Ok();
        context.Response.Headers.Location = wish.Url;
        return Results.StatusCode(302);
    });

    private static Task<Reply> FormLoginAsync(MfaClient client, string user) =>
        client.PostTextAsync("/form", "user=" + user, "application/x-www-form-urlencoded", Html);

    private sealed record Wish(string User, string Url);
}
