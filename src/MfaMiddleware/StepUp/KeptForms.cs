using MfaMiddleware.Interposition;
using MfaMiddleware.PendingSessions;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.StepUp;

/// <summary>
/// Which posts are resumed after a step-up: forms that the app's own pages posted. They are posted again as they were, the host's antiforgery
/// token among them, and the host checks it then as ever.
/// </summary>
internal sealed class KeptForms(ProofCookie cookie)
{
    /// <summary>What 32 KB of fields can be at most as they travel.</summary>
    private const int MaxBody = 128 * 1024;

    /// <summary>The form of this request; null where it is none that can be posted again.</summary>
    public static async Task<OriginalRequest?> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (!HttpMethods.IsPost(request.Method) || !request.HasFormContentType || request.ContentLength is null or > MaxBody) return null;
        // Fail closed: repeated by our page, another site's post would come from the app's own origin.
        if (!IsOwn(request)) return null;
        return await MfaRequestState.Of(context).OriginalAsync(context) is { Form: not null } original ? original : null;
    }

    /// <summary>A form that is let pass is done: the back button doesn't offer it a second time.</summary>
    public async Task ForgetAsync(HttpContext context)
    {
        if (!ProofCookie.MayBeIn(context) || await ReadAsync(context) is not { } original) return;
        if (cookie.Read(context, original.Key) is not null) cookie.Delete(context, original.Key);
    }

    /// <summary>As far as the request can tell: browsers send the first over https and to localhost, the second with every post.</summary>
    private static bool IsOwn(HttpRequest request) => request.Headers["Sec-Fetch-Site"] is [var site]
        ? site == "same-origin"
        : request.Headers.Origin.All(origin => string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase));
}
