using System.Net;
using System.Security.Cryptography;
using System.Text;
using MfaMiddleware.PendingSessions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Hosting;
using CookieHeaderValue = Microsoft.Net.Http.Headers.CookieHeaderValue;

namespace MfaMiddleware.Interposition;

/// <summary>
/// The browser-binding cookie: a random secret that makes a session id in a URL worth something in this browser and nowhere else. It is kept
/// across attempts and tabs; beside the secret it names the newest session, so that a page without an id can show it.
/// </summary>
internal sealed class BrowserBinding(IHostEnvironment environment, MfaSettings settings)
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
        var isSecure = IsSecure(context);
        context.Response.Cookies.Append(NameFor(context), $"{secret}.{sessionId}", new CookieOptions
        {
            HttpOnly = true,
            Secure = isSecure,
            SameSite = SameSiteMode.Lax,
            Path = "/",
            IsEssential = true,
        });
        return SHA256.HashData(WebEncoders.Base64UrlDecode(secret));
    }

    public string NameFor(HttpContext context)
    {
        var place = Encoding.UTF8.GetBytes(environment.ApplicationName + "\n" + context.Request.PathBase.Value);
        return (IsSecure(context) ? "__Host-mfa-" : "mfa-") + Convert.ToHexStringLower(SHA256.HashData(place).AsSpan(0, 4));
    }

    /// <summary>Always, on http://localhost too, where browsers keep such cookies; a loopback address over plain http is where they don't.</summary>
    private bool IsSecure(HttpContext context)
    {
        if (settings.Current.Cookie.AllowInsecure) return false;
        return context.Request.IsHttps || !IPAddress.TryParse(context.Request.Host.Host, out var address) || !IPAddress.IsLoopback(address);
    }

    private string? Read(HttpContext context)
    {
        // The framework's collection ignores case and keeps the last of several: a sibling domain can set __host-…, never __Host-…
        var name = NameFor(context);
        var named = CookieHeaderValue.TryParseList(context.Request.Headers.Cookie, out var cookies) ? cookies.Where(c => c.Name == name).Take(2).ToList() : [];
        // Fail closed: of two that could be the one, neither is.
        var value = named is [var only] ? only.Value.Value : null;
        return value is { Length: >= SecretLength and <= 128 } && value.Take(SecretLength).All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? value : null;
    }
}
