using MfaMiddleware.PendingSessions;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Interposition;

/// <summary>How a browser carries the proof back to the original request, whose address stays as it was: one cookie a request.</summary>
internal sealed class ProofCookie(BrowserCookies cookies)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    public void Append(HttpContext context, string key, MfaToken token) => cookies.Append(context, NameOf(key), token.Encode(), Lifetime);

    public MfaToken? Read(HttpContext context, string key) => MfaToken.Parse(cookies.Read(context, NameOf(key)));

    public void Delete(HttpContext context, string key) => cookies.Delete(context, NameOf(key));

    /// <summary>Whether there is any: what every other sign-in pays for this way in.</summary>
    public static bool MayBeIn(HttpContext context) =>
        context.Request.Headers.Cookie.Any(line => line?.Contains(Name, StringComparison.Ordinal) == true);

    private const string Name = "mfa-proof-";

    private static string NameOf(string key) => Name + key;
}
