using MfaMiddleware.TestKit.Hosting;

namespace MfaMiddleware.Tests.TrustedDevices;

/// <summary>Sign-ins of a browser that keeps nothing but its device cookie.</summary>
internal static class Browsers
{
    public const string Chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

    public static string DeviceCookie(this Reply reply) => reply.SetCookies.Single(c => c.Contains("mfa-device-", StringComparison.Ordinal)).Split(';')[0];

    public static Task<Reply> LoginInAsync(this MfaClient client, string user, string? device, string? agent = null, string door = "/login") =>
        client.PostAsync(door, new { user }, [.. Headers(device, agent)]);

    /// <summary>Whether a sign-in was asked for a second factor; fails where it neither was nor let the user in.</summary>
    public static async Task<bool> IsAskedAsync(this MfaClient client, string user, string? device, string door, string? agent = null)
    {
        var reply = await client.LoginInAsync(user, device, agent, door);
        if (reply["welcome"] == user) return false;
        return reply is { Status: 200, Token: not null } ? true : throw new InvalidOperationException($"{reply.Status} {reply.Body}");
    }

    /// <summary>Answers the challenge of a sign-in, and asks to be trusted.</summary>
    public static Task<Reply> AnswerInAsync(this MfaClient client, string? token, string code, string? device, string? agent = null, bool remember = true) =>
        client.PostAsync("/mfa", new { mfa_token = token, code, remember_device = remember }, [.. Headers(device, agent)]);

    private static IEnumerable<(string Name, string Value)> Headers(string? device, string? agent)
    {
        if (device is not null) yield return ("Cookie", device);
        if (agent is not null) yield return ("User-Agent", agent);
    }
}
