using System.Net;
using Microsoft.AspNetCore.Http;
using CookieHeaderValue = Microsoft.Net.Http.Headers.CookieHeaderValue;

namespace MfaMiddleware.Interposition;

/// <summary>Our own cookies: HttpOnly, Lax, essential, with Secure and the <c>__Host-</c> prefix wherever browsers keep such cookies.</summary>
internal sealed class BrowserCookies(MfaSettings settings)
{
    private const string Prefix = "__Host-";

    public string NameOf(HttpContext context, string name) => IsSecure(context) ? Prefix + name : name;

    /// <summary>The value of a cookie; null without it, and where two could be the one.</summary>
    public string? Read(HttpContext context, string name)
    {
        // The framework's collection ignores case and keeps the last of several: a sibling domain can set __host-…, never __Host-…
        var full = NameOf(context, name);
        var named = CookieHeaderValue.TryParseList(context.Request.Headers.Cookie, out var cookies) ? cookies.Where(c => c.Name == full).Take(2).ToList() : [];
        // Fail closed: of two that could be the one, neither is.
        return named is [var only] ? only.Value.Value : null;
    }

    public void Append(HttpContext context, string name, string value, TimeSpan? maxAge = null) =>
        context.Response.Cookies.Append(NameOf(context, name), value, Options(context, maxAge));

    public void Delete(HttpContext context, string name) => context.Response.Cookies.Delete(NameOf(context, name), Options(context, null));

    private CookieOptions Options(HttpContext context, TimeSpan? maxAge) => new()
    {
        HttpOnly = true,
        Secure = IsSecure(context),
        SameSite = SameSiteMode.Lax,
        Path = "/",
        IsEssential = true,
        MaxAge = maxAge,
    };

    /// <summary>Always, on http://localhost too, where browsers keep such cookies; a loopback address over plain http is where they don't.</summary>
    private bool IsSecure(HttpContext context)
    {
        if (settings.Current.Cookie.AllowInsecure) return false;
        return context.Request.IsHttps || !IPAddress.TryParse(context.Request.Host.Host, out var address) || !IPAddress.IsLoopback(address);
    }
}
