using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace MfaMiddleware.Tests.Interposition;

/// <summary>A host with one endpoint of the test's own, <c>/go</c>, and what its answers may hold.</summary>
internal static class Seam
{
    /// <summary>What the host writes and nobody may read before the second factor.</summary>
    public const string Secret = "the-token-that-the-host-writes";

    public static Task<TestHost> StartAsync(RequestDelegate go, Action<TestHostOptions>? more = null) => TestHost.StartAsync(options =>
    {
        options.Endpoints = app => app.Map("/go", go);
        more?.Invoke(options);
    });

    public static Task SignInAsync(HttpContext context, string user = "alice", string? scheme = null, AuthenticationProperties? properties = null) =>
        context.SignInAsync(scheme, TestHost.PrincipalOf(user), properties);

    public static Task<Reply> GoAsync(this MfaClient client, params (string Name, string Value)[] headers) => client.PostAsync("/go", new { }, headers);

    /// <summary>A challenge and nothing else: no cookie, no word of what the host wrote.</summary>
    public static void IsChallenge(Reply reply)
    {
        Assert.Equal((200, "1"), (reply.Status, reply["type"]));
        Assert.Empty(reply.SetCookies);
        HoldsNoSecret(reply);
    }

    public static void HoldsNoSecret(Reply reply) => Assert.DoesNotContain(Secret, reply.Everything, StringComparison.Ordinal);

    /// <summary>Answers a challenge with the right code; the clock moves on, so that the next code is a new one.</summary>
    public static async Task<Reply> AnswerAsync(this TestHost host, MfaClient client, Reply challenge, TotpDevice device)
    {
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        return await client.AnswerAsync(challenge.Token, device.Code());
    }
}
