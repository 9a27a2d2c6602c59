using MfaMiddleware.TestKit.Hosting;

namespace MfaMiddleware.EntityFrameworkCore.Tests.Nodes;

/// <summary>Sign-ins of a browser that keeps nothing but its device cookie, where only what is suspicious is asked.</summary>
internal static class Devices
{
    public static void AskOnlyUnknown(TestHostOptions options)
    {
        options.Settings["Policy:Mode"] = "Suspicious";
        options.Settings["Policy:Signals:RecentChange:Enabled"] = "false";
    }

    public static string DeviceCookie(this Reply reply) => reply.SetCookies.Single(c => c.Contains("mfa-device-", StringComparison.Ordinal)).Split(';')[0];

    /// <summary>Whether a sign-in was asked for a second factor; fails where it neither was nor let the user in.</summary>
    public static async Task<bool> IsAskedAsync(this MfaClient client, string user, string device)
    {
        var reply = await client.PostAsync("/login", new { user }, ("Cookie", device));
        if (reply["welcome"] == user && reply.SessionCookies.Count > 0) return false;
        return reply is { Status: 200, Token: not null, SessionCookies.Count: 0 } ? true : throw new InvalidOperationException($"{reply.Status} {reply.Body}");
    }

    public static Task<Reply> DeleteAsync(this MfaClient client, string path, string cookies) =>
        client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), ("Cookie", cookies));
}
