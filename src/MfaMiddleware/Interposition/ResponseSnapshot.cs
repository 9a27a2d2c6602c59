using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace MfaMiddleware.Interposition;

/// <summary>The headers of the moment of the first captured sign-in, and which cookies may go out before the second factor.</summary>
internal sealed class ResponseSnapshot
{
    /// <summary>Headers that speak of the host's body, which the client doesn't get.</summary>
    private static readonly HashSet<string> OfTheBody = new(StringComparer.OrdinalIgnoreCase)
    {
        HeaderNames.ContentLength, HeaderNames.ContentType, HeaderNames.ContentEncoding, HeaderNames.ContentLanguage, HeaderNames.ContentRange,
        HeaderNames.ContentDisposition, HeaderNames.ContentMD5, HeaderNames.ETag, HeaderNames.LastModified, HeaderNames.Expires,
        HeaderNames.AcceptRanges, HeaderNames.TransferEncoding, HeaderNames.Trailer, HeaderNames.Location, HeaderNames.CacheControl, HeaderNames.SetCookie,
    };

    private readonly List<KeyValuePair<string, StringValues>> _headers;
    private readonly string?[] _cookies;

    public ResponseSnapshot(HttpResponse response)
    {
        _headers = [.. response.Headers.Where(h => !OfTheBody.Contains(h.Key))];
        _cookies = response.Headers.SetCookie.ToArray();
    }

    /// <summary>Cookies set after the snapshot that sign nobody out: a host may have written a token there.</summary>
    public List<string> CookiesToHold(IHeaderDictionary headers) =>
        [.. headers.SetCookie.OfType<string>().Where(c => !_cookies.Contains(c) && !IsDeletion(c) && !IsPlaceholder(c))];

    /// <summary>Puts the response back to the moment of the snapshot, with the deletions of cookies that came later.</summary>
    public void Restore(HttpResponse response)
    {
        var cookies = AllowedCookies(response.Headers);
        response.Headers.Clear();
        foreach (var (name, value) in _headers) response.Headers[name] = value;
        response.Headers.SetCookie = cookies;
        var features = response.HttpContext.Features;
        if (features.Get<IHttpResponseTrailersFeature>() is { Trailers: { IsReadOnly: false } trailers }) trailers.Clear();
        if (features.Get<IHttpResponseFeature>() is { } feature) feature.ReasonPhrase = null;
    }

    /// <summary>Takes the cookies out that must not go out now, and leaves the rest of the response as it is.</summary>
    public void WithholdCookies(HttpResponse response) => response.Headers.SetCookie = AllowedCookies(response.Headers);

    /// <summary>
    /// The sign-in would have set a cookie, and caches refuse a response that does. The placeholder stands in for it until the response is
    /// settled, so that a cache in the pipeline doesn't keep the emptied response.
    /// </summary>
    public static void AddPlaceholderCookie(HttpResponse response) => response.Headers.Append(HeaderNames.SetCookie, Placeholder);

    public static void RemovePlaceholderCookie(HttpResponse response)
    {
        var cookies = response.Headers.SetCookie;
        if (cookies.Contains(Placeholder)) response.Headers.SetCookie = new StringValues([.. cookies.Where(c => c != Placeholder)]);
    }

    private const string Placeholder = "mfa-held=; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT; httponly";

    private StringValues AllowedCookies(IHeaderDictionary headers) =>
        new([.. headers.SetCookie.Where(c => c is not null && !IsPlaceholder(c) && (_cookies.Contains(c) || IsDeletion(c)))]);

    private static bool IsPlaceholder(string cookie) => cookie == Placeholder;

    private static bool IsDeletion(string cookie) =>
        SetCookieHeaderValue.TryParse(cookie, out var parsed)
        && parsed.Value.Length == 0
        && (parsed.Expires <= DateTimeOffset.UnixEpoch.AddYears(1) || parsed.MaxAge <= TimeSpan.Zero);
}
