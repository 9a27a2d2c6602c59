using MfaMiddleware.Completion;
using MfaMiddleware.Endpoints;
using MfaMiddleware.Interposition;
using MfaMiddleware.PendingSessions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.StepUp;

/// <summary>Answers a request whose session lacks the proof that is asked for.</summary>
internal sealed partial class StepUpResponder(
    SignedInFinder finder, StepUpStarter starter, ChallengeWriter writer, InsufficientAuthentication insufficient, MfaEndpointMap map, ILogger<StepUpResponder> logger)
{
    /// <summary>Tells an API what is missing, and leads a browser through it.</summary>
    public async Task RespondAsync(HttpContext context, SignedInSession session, StepUpDemand demand)
    {
        var form = writer.Available(ChallengeNegotiator.Choose(context));
        if (form is not (ChallengeForm.Page or ChallengeForm.Htmx))
        {
            await insufficient.WriteAsync(context, demand);
            return;
        }

        // What htmx posts from a part of a page is answered with a part, which is no page to end at; what it boosts is an ordinary form.
        var isWholePage = form == ChallengeForm.Page || context.Request.Headers.ContainsKey("HX-Boosted");
        var original = isWholePage ? await KeptForms.ReadAsync(context) : null;
        await LeadBrowserAsync(context, session, demand, form, new WayBack(PlaceOf(context, form), original));
    }

    /// <summary>Leads a browser through a step-up of its present session and back.</summary>
    public async Task LeadBrowserAsync(HttpContext context, StepUpDemand demand, ChallengeForm form, string returnUrl)
    {
        var url = ReturnUrl.IsLocal(returnUrl) ? returnUrl : RootOf(context);
        if (await finder.FindAsync(context) is { } session) await LeadBrowserAsync(context, session, demand, form, new WayBack(url, null));
        else await SignInAgainAsync(context, url);
    }

    private async Task LeadBrowserAsync(HttpContext context, SignedInSession session, StepUpDemand demand, ChallengeForm form, WayBack back)
    {
        try
        {
            var place = back.Original is { } original ? PayloadMaker.PlaceOf(context, original, map) : back.Url;
            var reply = new HeldReply(StatusCodes.Status303SeeOther, place, [], null);
            var start = await starter.StartAsync(context, session, demand, PendingSessionKind.Browser, reply, place, back.Original);
            await AnswerAsync(context, form, start, back.Url);
        }
        catch (MfaUnavailableException e)
        {
            Log.Unavailable(logger, e);
            await ErrorAsync(context, form, StatusCodes.Status503ServiceUnavailable, "temporarily_unavailable", TimeSpan.FromSeconds(5));
        }
    }

    private Task AnswerAsync(HttpContext context, ChallengeForm form, StepUpStart start, string url) => start switch
    {
        StepUpStart.Started started => writer.WriteAsync(context, form, started.Session, started.Token, () => { }),
        StepUpStart.SignInAgain => SignInAgainAsync(context, url),
        StepUpStart.TooMany tooMany => ErrorAsync(context, form, StatusCodes.Status429TooManyRequests, "too_many_sessions", tooMany.RetryAfter),
        StepUpStart.Full => ErrorAsync(context, form, StatusCodes.Status503ServiceUnavailable, "temporarily_unavailable", TimeSpan.FromSeconds(5)),
        _ => ErrorAsync(context, form, StatusCodes.Status403Forbidden, "access_denied", null),
    };

    private Task ErrorAsync(HttpContext context, ChallengeForm form, int status, string error, TimeSpan? retryAfter)
    {
        context.Response.Headers.CacheControl = "no-store";
        return writer.WriteErrorAsync(context, form, status, error, retryAfter, () => { });
    }

    private static Task SignInAgainAsync(HttpContext context, string url) =>
        context.ChallengeAsync(new AuthenticationProperties { RedirectUri = url });

    /// <summary>Where the browser comes back to without what it posted: the page it asked for, or was on; else the app's root.</summary>
    private static string PlaceOf(HttpContext context, ChallengeForm form)
    {
        var request = context.Request;
        var isGet = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        var url = form == ChallengeForm.Htmx ? PageOfFragment(request) : isGet ? $"{request.PathBase}{request.Path}{request.QueryString}" : null;
        return ReturnUrl.IsLocal(url) ? url! : RootOf(context);
    }

    /// <summary>A fragment is no page: htmx says which page asked for it.</summary>
    private static string? PageOfFragment(HttpRequest request) =>
        Uri.TryCreate(request.Headers["HX-Current-URL"], UriKind.Absolute, out var page)
        && string.Equals(page.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)
            ? page.PathAndQuery
            : null;

    private static string RootOf(HttpContext context) => context.Request.PathBase.Add("/").Value!;

    /// <summary>Where a browser goes afterwards.</summary>
    /// <param name="Url">Local.</param>
    /// <param name="Original">The form that it posts again instead; null for none.</param>
    private sealed record WayBack(string Url, OriginalRequest? Original);

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Error, "A part that MFA depends on failed: the step-up is answered with 503.")]
        public static partial void Unavailable(ILogger logger, Exception exception);
    }
}
