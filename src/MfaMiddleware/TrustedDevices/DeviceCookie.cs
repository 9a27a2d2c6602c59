using System.Security.Cryptography;
using System.Text;
using MfaMiddleware.Interposition;
using MfaMiddleware.PendingSessions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Hosting;

namespace MfaMiddleware.TrustedDevices;

/// <summary>
/// The cookie by which a browser is known: a random secret and nothing else. What it is worth stands on the server, for each user of the browser.
/// </summary>
internal sealed class DeviceCookie(BrowserCookies cookies, IHostEnvironment environment)
{
    private const int SecretLength = 43;

    // Browsers keep none longer than 400 days; the records end sooner.
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(400);

    private readonly string _name = "mfa-device-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(environment.ApplicationName)).AsSpan(0, 4));

    public BrowserFacts Read(HttpContext context) => new(ReadSecret(context), BrowserAgent.Of(context.Request.Headers.UserAgent.ToString()));

    /// <summary>Gives the browser its cookie, for as long as browsers keep one; the one that it has, if it has one, since other users of it are known by it.</summary>
    public string Ensure(HttpContext context) => Give(context, ReadSecret(context) ?? NewSecret());

    /// <summary>Gives the browser another cookie: whoever has a copy of the old one has nothing of the new one.</summary>
    public string Renew(HttpContext context) => Give(context, NewSecret());

    private string Give(HttpContext context, string secret)
    {
        cookies.Append(context, _name, secret, Lifetime);
        return secret;
    }

    private static string NewSecret() => WebEncoders.Base64UrlEncode(MfaToken.NewSecret());

    private string? ReadSecret(HttpContext context)
    {
        // Without any cookie there is nothing to parse: most API calls.
        if (context.Request.Headers.Cookie.Count == 0) return null;
        return cookies.Read(context, _name) is { Length: SecretLength } secret && secret.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? secret : null;
    }
}
