using System.Net.WebSockets;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>A connection that outlives its request must not be opened by a sign-in that waits.</summary>
public sealed class OpeningSocketsTests
{
    [Theory]
    [InlineData("/socket")]
    [InlineData("/hub")]
    public async Task B047_UpgradeWhileTheSignInWaits_IsRefusedWhateverItCarries(string path)
    {
        await using var host = await TestHost.StartAsync(Use);
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        Assert.Equal(101, await UpgradeAsync(host, path, alice.SignedIn.CookieHeader));

        var json = await client.LoginAsync("alice");
        var form = await client.PostTextAsync("/form", "user=alice", "application/x-www-form-urlencoded", ("Accept", "text/html"));

        foreach (var query in new[] { "", $"?access_token={json.Token}", $"?mfa_token={json.Token}" })
        {
            Assert.Equal(401, await UpgradeAsync(host, path + query, json.CookieHeader));
            Assert.Equal(401, await UpgradeAsync(host, path + query, form.CookieHeader));
            Assert.Equal(401, await UpgradeAsync(host, path + query, "", $"Bearer {json.Token}"));
        }
    }

    [Theory]
    [InlineData("End", "/socket", 401)]
    [InlineData("Downgrade", "/socket-of-mfa", 401)]
    public async Task B047_SocketAfterAFactorWasRemoved_IsCheckedAnewWhenItIsOpenedAgain(string otherSessions, string path, int status)
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            Use(o);
            o.Settings["OtherSessions"] = otherSessions;
        });
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        var other = (await client.AnswerAsync((await client.LoginAsync("alice")).Token, alice.Device.Code())).CookieHeader;
        Assert.Equal(101, await UpgradeAsync(host, path, other));
        host.Clock.Advance(TimeSpan.FromSeconds(30));

        var removed = await client.SendAsync(
            new HttpRequestMessage(HttpMethod.Delete, $"/mfa/factors/{alice.Device.FactorId}"), ("Cookie", alice.SignedIn.CookieHeader));
        Assert.Equal(204, removed.Status);

        Assert.Equal(status, await UpgradeAsync(host, path, other));
    }

    private static void Use(TestHostOptions options)
    {
        options.ServicesAfter = services => services.AddSignalR();
        options.Pipeline = app => app.UseWebSockets();
        options.Endpoints = app =>
        {
            app.Map("/socket", AcceptAsync).RequireAuthorization(Schemes);
            app.Map("/socket-of-mfa", AcceptAsync).RequireAuthorization(Schemes).RequireMfa(TimeSpan.FromHours(1));
            app.MapHub<Empty>("/hub").RequireAuthorization(Schemes);
        };
    }

    private static void Schemes(Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder policy) => policy
        .AddAuthenticationSchemes(CookieAuthenticationDefaults.AuthenticationScheme, BearerTokenDefaults.AuthenticationScheme).RequireAuthenticatedUser();

    private static async Task AcceptAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }

    /// <returns>The status of the answer: 101 for a socket.</returns>
    private static async Task<int> UpgradeAsync(TestHost host, string path, string cookies, string? authorization = null)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (cookies.Length > 0) socket.Options.SetRequestHeader("Cookie", cookies);
        if (authorization is not null) socket.Options.SetRequestHeader("Authorization", authorization);
        try
        {
            await socket.ConnectAsync(new UriBuilder(new Uri(host.BaseAddress, path)) { Scheme = "ws" }.Uri, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // The status says why.
        }

        return (int)socket.HttpStatusCode;
    }

    private sealed class Empty : Hub;
}
