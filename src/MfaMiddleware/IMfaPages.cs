using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MfaMiddleware;

/// <summary>The pages of the browser's way, filled by the UI package or by a host with pages of its own.</summary>
public interface IMfaPages
{
    /// <summary>Maps the pages <c>verify</c>, <c>setup</c>, <c>codes</c> and <c>manage</c> below the base path, open to anonymous callers.</summary>
    /// <param name="endpoints">The group that <c>MapMfa()</c> made.</param>
    void Map(IEndpointRouteBuilder endpoints);

    /// <summary>Writes a page for a sign-in that can't be challenged.</summary>
    /// <param name="context">The request; status and headers are set.</param>
    /// <param name="code">The contract's code: <c>access_denied</c>, <c>too_many_sessions</c>, <c>temporarily_unavailable</c>.</param>
    /// <returns>When it is written.</returns>
    Task WriteErrorAsync(HttpContext context, string code);
}

/// <summary>Draws the QR image of a set-up; filled by the UI package.</summary>
public interface IQrRenderer
{
    /// <summary>Draws a QR code.</summary>
    /// <param name="text">What it says.</param>
    /// <returns>An SVG document without script and style.</returns>
    string RenderSvg(string text);
}
