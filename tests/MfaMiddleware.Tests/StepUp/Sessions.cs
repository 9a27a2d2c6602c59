using System.Net.Http.Json;
using MfaMiddleware.Interposition;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Tests.StepUp;

/// <summary>What a signed-in client does, its cookies given by the test.</summary>
internal static class Sessions
{
    /// <summary>A host that asks for no second factor at sign-in, so that sessions without a proof exist.</summary>
    public static void NeverAtSignIn(TestHostOptions options) => options.Settings["Policy:Mode"] = "Never";

    /// <summary>A session that carries no proof.</summary>
    public static async Task<string> PasswordAloneAsync(this MfaClient client, string user) => (await client.LoginAsync(user)).CookieHeader;

    /// <summary>The cookies of a session after a step-up by a code.</summary>
    public static async Task<string> StepUpAsync(this MfaClient client, string cookies, string code)
    {
        var challenge = await client.PostAsync("/mfa/step-up", new { }, ("Cookie", cookies));
        var done = await client.PostAsync("/mfa", new { mfa_token = challenge.Token, code }, ("Cookie", cookies));
        return done.Status == 200 ? done.CookieHeader : throw new InvalidOperationException(done.Body);
    }

    /// <summary>A session whose proof is as old as the clock makes it from now on.</summary>
    public static async Task<string> ProvedAsync(this MfaClient client, string user, string code) =>
        await client.StepUpAsync(await client.PasswordAloneAsync(user), code);

    public static Task<Reply> PatchAsync(this MfaClient client, string path, object body, string cookies) =>
        client.SendAsync(new HttpRequestMessage(HttpMethod.Patch, path) { Content = JsonContent.Create(body) }, ("Cookie", cookies));

    public static Task<Reply> DeleteAsync(this MfaClient client, string path, string cookies) =>
        client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), ("Cookie", cookies));

    public static string Challenge(this Reply reply) => string.Join(", ", reply.Message.Headers.WwwAuthenticate.Select(h => h.ToString()));

    /// <summary>The stamp inside a session cookie.</summary>
    public static MfaStamp StampOf(this TestHost host, string cookies)
    {
        var options = host.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(CookieAuthenticationDefaults.AuthenticationScheme);
        var cookie = cookies.Split("; ").Single(c => c.StartsWith(options.Cookie.Name + "=", StringComparison.Ordinal));
        return StampCodec.Read(options.TicketDataFormat.Unprotect(cookie[(options.Cookie.Name!.Length + 1)..])!.Properties)!;
    }
}
