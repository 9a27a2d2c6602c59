using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.UI.Pages;

/// <summary>The headers of every page, and of every redirect between them.</summary>
internal static class PageHeaders
{
    // No form-action: Chromium applies it to redirects after a post too, and would block the way back to an OAuth client.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; frame-ancestors 'none'; base-uri 'none'";

    public static void Set(HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }
}
