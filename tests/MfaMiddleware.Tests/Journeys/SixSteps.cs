using MfaMiddleware.TestKit.Hosting;
using Xunit;

namespace MfaMiddleware.Tests.Journeys;

/// <summary>The same six steps over every kind of host: challenge, wrong code, right code, signed in, signed out, again.</summary>
/// <param name="host">The host.</param>
/// <param name="signIn">Signs in with the credentials that the client sends along; the host's own way.</param>
/// <param name="credentials">What a signed-in client sends, from the answer that completed its sign-in.</param>
/// <param name="signOut">Signs out with those credentials; null where the host has nothing to do for it.</param>
internal sealed class SixSteps(
    TestHost host,
    Func<MfaClient, Task<Reply>> signIn,
    Func<Reply, (string Name, string Value)> credentials,
    Func<MfaClient, (string Name, string Value), Task<Reply>>? signOut = null)
{
    /// <summary>Who is signed in; the endpoint answers with the name <c>alice</c> somewhere in it.</summary>
    public string MePath { get; init; } = "/me";

    /// <summary>The user's id.</summary>
    public string User { get; init; } = "alice";

    /// <returns>The answer that completed the first sign-in.</returns>
    public async Task<Reply> WalkAsync()
    {
        using var client = host.Client();
        var device = await host.EnrollTotpAsync(User);

        var first = await CompleteAsync(client, device);

        var session = credentials(first);
        var me = await client.GetAsync(MePath, session);
        Assert.Equal(200, me.Status);
        Assert.Contains("alice", me.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("stamp", me.Body, StringComparison.Ordinal);

        if (signOut is not null) await SignOutAsync(client, session);
        await CompleteAsync(client, device);
        return first;
    }

    private async Task<Reply> CompleteAsync(MfaClient client, TotpDevice device)
    {
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        var challenge = await signIn(client);
        Assert.Equal("1", challenge["type"]);
        Assert.DoesNotContain(challenge.SetCookies, IsSession);
        Assert.DoesNotContain("accessToken", challenge.Body, StringComparison.Ordinal);

        var wrong = await client.AnswerAsync(challenge.Token, device.WrongCode());
        Assert.Equal((401, "invalid_code"), (wrong.Status, wrong.Error));
        Assert.Equal(401, (await client.AnswerAsync(challenge.Token, device.Code())).Status);

        var right = await client.AnswerAsync(wrong.Token, device.Code());
        Assert.Equal(200, right.Status);
        return right;
    }

    private async Task SignOutAsync(MfaClient client, (string Name, string Value) session)
    {
        var reply = await signOut!(client, session);
        Assert.InRange(reply.Status, 200, 399);
        Assert.NotEmpty(reply.SetCookies);
        Assert.All(reply.SetCookies.Where(IsSession), cookie => Assert.Contains("expires=Thu, 01 Jan 1970", cookie, StringComparison.Ordinal));
    }

    private static bool IsSession(string cookie) => cookie.StartsWith(".AspNetCore.", StringComparison.Ordinal) && !cookie.Contains("Antiforgery", StringComparison.Ordinal);
}
