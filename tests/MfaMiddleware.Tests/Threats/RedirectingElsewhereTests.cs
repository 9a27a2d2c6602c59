using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

public sealed class RedirectingElsewhereTests
{
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
        var challenge = await client.FormLoginAsync("alice");
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

    private sealed record Wish(string User, string Url);
}
