using System.Globalization;
using MfaMiddleware.Interposition;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Endpoints;

/// <summary>Sends the challenge of a sign-in in the form that the client understands.</summary>
internal sealed partial class ChallengeWriter(
    ChallengePresenter presenter, MfaEndpointMap map, MfaSettings settings, IServiceProvider services, ILogger<ChallengeWriter> logger)
{
    private readonly IMfaPages? _pages = services.GetService<IMfaPages>();
    private int _isSaid;

    /// <summary>Without pages a browser gets what every other client gets.</summary>
    public ChallengeForm Available(ChallengeForm form)
    {
        if (_pages is not null || form is not (ChallengeForm.Page or ChallengeForm.Htmx)) return form;

        // Its user sees a line of JSON; who forgot the pages should not have to guess why.
        if (Interlocked.Exchange(ref _isSaid, 1) == 0) Log.NoPages(logger);
        return ChallengeForm.Json;
    }

    public async Task WriteAsync(HttpContext context, ChallengeForm form, OpenSession session, MfaToken token, Action seal)
    {
        if (form is ChallengeForm.Page or ChallengeForm.Htmx)
        {
            Redirect(context, form, PageOf(context, session));
            seal();
            await context.Response.StartAsync(context.RequestAborted);
            return;
        }

        seal();
        var body = await presenter.DescribeAsync(session, token.Encode(), context.RequestAborted);
        await (form == ChallengeForm.OAuthError
            ? MfaResponseWriter.WriteAsync(context, StatusCodes.Status403Forbidden, ToOAuthError(body))
            : MfaResponseWriter.WriteAsync(context, settings.Current.ChallengeStatusCode, body));
    }

    public async Task WriteErrorAsync(HttpContext context, ChallengeForm form, int status, string error, TimeSpan? retryAfter, Action seal)
    {
        seal();
        if (_pages is not null && form is ChallengeForm.Page or ChallengeForm.Htmx)
        {
            context.Response.StatusCode = status;
            if (retryAfter is { } wait) context.Response.Headers.RetryAfter = MfaResponseWriter.Seconds(wait).ToString(CultureInfo.InvariantCulture);
            await _pages!.WriteErrorAsync(context, error);
            return;
        }

        var seconds = retryAfter is { } span ? MfaResponseWriter.Seconds(span) : (long?)null;
        await MfaResponseWriter.WriteAsync(context, status, new MfaResponse { Type = 1, Error = error, RetryAfter = seconds });
    }

    private string PageOf(HttpContext context, OpenSession session)
    {
        var page = session.Payload.Outcome == MfaOutcome.EnrollmentRequired ? "/setup" : "/verify";
        return $"{map.Url(context.Request.PathBase, page)}?id={session.Id}";
    }

    private static void Redirect(HttpContext context, ChallengeForm form, string url)
    {
        context.Response.StatusCode = form == ChallengeForm.Htmx ? StatusCodes.Status200OK : StatusCodes.Status303SeeOther;
        context.Response.Headers[form == ChallengeForm.Htmx ? "HX-Redirect" : "Location"] = url;
        context.Response.ContentLength = 0;
    }

    private static MfaResponse ToOAuthError(MfaResponse body) =>
        body with { Type = null, Error = "mfa_required", ErrorDescription = "A second factor is required to complete this sign-in." };

    private static partial class Log
    {
        [LoggerMessage(1103, LogLevel.Warning, "A browser was challenged with JSON, since this app has no pages. Add the package MfaMiddleware.UI and AddMfa().AddUI(), or an IMfaPages of the app's own. Where a script signs in and asks for HTML, say so by WithMfaChallenge(MfaChallengeForm.Json). This is logged once.")]
        public static partial void NoPages(ILogger logger);
    }
}
