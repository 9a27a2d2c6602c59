using System.Security.Cryptography;
using System.Text;
using MfaMiddleware.PendingSessions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Hosting;

namespace MfaMiddleware.Interposition;

/// <summary>
/// The browser-binding cookie: a random secret that makes a session id in a URL worth something in this browser and nowhere else. It is kept
/// across attempts and tabs; beside the secret it names the newest session, so that a page without an id can show it.
/// </summary>
internal sealed class BrowserBinding(BrowserCookies cookies, IHostEnvironment environment)
{
    private const int SecretLength = 43;

    /// <summary>The hash that a session of this browser carries; null without a cookie.</summary>
    public byte[]? ReadHash(HttpContext context) => Read(context) is { } cookie ? SHA256.HashData(WebEncoders.Base64UrlDecode(cookie[..SecretLength])) : null;

    /// <summary>The newest session of this browser; null without one.</summary>
    public string? ReadNewest(HttpContext context) => Read(context) is { Length: > SecretLength + 1 } cookie ? cookie[(SecretLength + 1)..] : null;

    /// <summary>Binds a session to this browser.</summary>
    /// <returns>The hash for the session.</returns>
    public byte[] Bind(HttpContext context, string sessionId)
    {
        var secret = Read(context)?[..SecretLength] ?? WebEncoders.Base64UrlEncode(MfaToken.NewSecret());
        cookies.Append(context, ShortNameFor(context), $"{secret}.{sessionId}");
        return SHA256.HashData(WebEncoders.Base64UrlDecode(secret));
    }

    public string NameFor(HttpContext context) => cookies.NameOf(context, ShortNameFor(context));

    private string ShortNameFor(HttpContext context)
    {
        var place = Encoding.UTF8.GetBytes(environment.ApplicationName + "\n" + context.Request.PathBase.Value);
        return "mfa-" + Convert.ToHexStringLower(SHA256.HashData(place).AsSpan(0, 4));
    }

    private string? Read(HttpContext context)
    {
        var value = cookies.Read(context, ShortNameFor(context));
        return value is { Length: >= SecretLength and <= 128 } && value.Take(SecretLength).All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? value : null;
    }
}
