using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.UI.Pages;

/// <summary>Finds the session that a page is for.</summary>
internal sealed partial class PageSession(MfaSignInManager manager, ProblemPage problem, ILogger<PageSession> logger)
{
    /// <summary>Null where the answer has been written already.</summary>
    public async Task<MfaPendingSignIn?> FindAsync(HttpContext context, string? id)
    {
        var (pending, completedUrl) = await manager.FindInBrowserAsync(context, id, context.RequestAborted);
        if (pending is not null) return pending;

        // A double click or the back button: the sign-in is made, and this is where it went.
        if (completedUrl is not null) PageWriter.Redirect(context, completedUrl);
        else await MissingAsync(context, id);
        return null;
    }

    private async Task MissingAsync(HttpContext context, string? id)
    {
        if (id is null || manager.HasBrowserBinding(context))
        {
            await problem.WriteAsync(context, MfaProblem.Expired);
            return;
        }

        var request = context.Request;
        Log.CookieMissing(logger, request.Scheme, request.Host.Value, request.Headers.ContainsKey("X-Forwarded-Proto") || request.Headers.ContainsKey("Forwarded"));
        await problem.WriteAsync(context, MfaProblem.NoCookie);
    }

    private static partial class Log
    {
        [LoggerMessage(3003, LogLevel.Warning, "A browser came to an MFA page without the cookie that binds its sign-in. The request: {Scheme}://{Host}, forwarded headers: {HasForwardedHeaders}. Browsers keep the cookie (__Host-, Secure) on https and on http://localhost alone. Behind a proxy that ends https, UseForwardedHeaders() must run first; the sign-in and this page must be on one host; for plain http in a trusted network there is Mfa:Cookie:AllowInsecure.")]
        public static partial void CookieMissing(ILogger logger, string scheme, string? host, bool hasForwardedHeaders);
    }
}
