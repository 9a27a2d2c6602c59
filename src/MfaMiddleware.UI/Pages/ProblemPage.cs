using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MfaMiddleware.UI.Pages;

/// <summary>What a page can say instead of what was asked for: the contract's codes, and some of the browser's own.</summary>
internal static class MfaProblem
{
    public const string Expired = "expired";
    public const string FormGone = "form_gone";
    public const string NoCookie = "no_cookie";
    public const string TooManyAttempts = "too_many_attempts";
    public const string AccessDenied = "access_denied";
    public const string EnrollmentNotAllowed = "enrollment_not_allowed";
    public const string TooManySessions = "too_many_sessions";
    public const string Unavailable = "temporarily_unavailable";
    public const string Forbidden = "forbidden";
    public const string BadRequest = "invalid_request";

    public static int StatusOf(string code) => code switch
    {
        AccessDenied or EnrollmentNotAllowed or Forbidden => StatusCodes.Status403Forbidden,
        TooManySessions => StatusCodes.Status429TooManyRequests,
        Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status400BadRequest,
    };
}

/// <summary>The page that says what is wrong, and leads back to the sign-in.</summary>
internal sealed class ProblemPage(PageWriter writer, PageLinks links)
{
    /// <summary>In the place of a page of ours.</summary>
    /// <param name="context">The request.</param>
    /// <param name="code">What is wrong.</param>
    /// <param name="pending">The sign-in that it ended; null where none is known any more.</param>
    public async Task WriteAsync(HttpContext context, string code, MfaPendingSignIn? pending = null)
    {
        if (code != MfaProblem.Unavailable)
        {
            await WriteAsync(context, code, MfaProblem.StatusOf(code), pending, null);
            return;
        }

        context.Response.Headers[HeaderNames.RetryAfter] = 5.ToString(CultureInfo.InvariantCulture);
        await WriteAsync(context, code, MfaProblem.StatusOf(code), pending, await RetryUrlAsync(context.Request));
    }

    /// <summary>In the place of a response of the app.</summary>
    public Task WriteAsync(HttpContext context, string code, int status) => WriteAsync(context, code, status, null, null);

    private async Task WriteAsync(HttpContext context, string code, int status, MfaPendingSignIn? pending, string? retryUrl)
    {
        var wayOn = code == MfaProblem.FormGone ? PageLinks.Home(context) : await links.SignInAsync(context, pending);
        await writer.WriteAsync(context, "Problem", new MfaProblemModel(code, wayOn) { RetryUrl = retryUrl }, status);
    }

    /// <summary>A page of ours is shown again by the address that its form is posted to, with the form's id.</summary>
    private static async Task<string> RetryUrlAsync(HttpRequest request)
    {
        var id = HttpMethods.IsPost(request.Method) && request.HasFormContentType ? (string?)(await request.ReadFormAsync())["id"] : null;
        return request.PathBase + request.Path + (string.IsNullOrEmpty(id) ? request.QueryString : QueryString.Create("id", id));
    }
}
