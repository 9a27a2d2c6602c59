using MfaMiddleware.Methods;
using MfaMiddleware.UI.Pages.Notices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.UI.Pages.Verify;

/// <summary><c>/mfa/verify</c>: asks for the second factor of a sign-in, and starts its challenge where the method needs one.</summary>
internal sealed partial class VerifyPage(
    MfaSignInManager manager, PageSession sessions, AnswerPresenter answers, VerifyPresenter presenter, PageNotices notices, PendingAntiforgery antiforgery, PageLinks links,
    TimeProvider time, ILogger<VerifyPage> logger)
{
    private static readonly TimeSpan SenderRetry = TimeSpan.FromSeconds(5);

    public async Task ShowAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (await FindAsync(context, query["id"]) is not { } pending) return;
        var notice = notices.Describe(context, pending, notices.Find(context, pending));
        await presenter.WriteAsync(context, pending, new AskedWay(query["method"], query["factor"]), notice, query["remember"] == "on");
    }

    public async Task AnswerAsync(HttpContext context)
    {
        var form = await PageForm.ReadAsync(context);
        if (await FindAsync(context, form["id"] ?? "-") is not { } pending) return;
        var way = AskedWay.Of(form);
        if (!await antiforgery.IsOursAsync(context)) await presenter.WriteAsync(context, pending, way, answers.NotOurs(), form.RemembersDevice);
        else if (form["cancel"] is not null) await CancelAsync(context, pending);
        else if (way.Method is { } method && pending.Methods.All(m => m.Method != method)) ShowAgain(context, pending, form, new SentNotice(NoticeKind.NotOffered));
        else if (form["send"] is not null) await SendAsync(context, pending, form);
        else if (AnswerPresenter.ComplaintOf(form, pending) is { } complaint) ShowAgain(context, pending, form, complaint);
        else await CheckAsync(context, pending, form);
    }

    /// <summary>By a redirect: a page that answers a form itself can't be reloaded or come back to without sending the form again.</summary>
    private void ShowAgain(HttpContext context, MfaPendingSignIn pending, PageForm form, SentNotice? notice)
    {
        var way = AskedWay.Of(form).OfferedBy(pending);
        PageWriter.Redirect(context, links.Verify(context, pending.Id, way, form.RemembersDevice, notice is null ? null : notices.Seal(pending, notice)));
    }

    private async Task CheckAsync(HttpContext context, MfaPendingSignIn pending, PageForm form)
    {
        // The method is no more than a hint: a recovery code is welcome in the field of any other.
        var key = form.Credential;
        var answer = new MfaAnswer { Code = form["code"], AskedMethod = form["method"], Credential = key, Method = key is null ? null : form["method"], RememberDevice = form.RemembersDevice };
        var result = await manager.AnswerAsync(context, pending, answer, null, context.RequestAborted);
        if (await answers.PresentAsync(context, pending, result) is not { } again) return;
        ShowAgain(context, again.Pending, form, key is not null && result is MfaSignInResult.Rejected ? new SentNotice(NoticeKind.WrongKey) : again.Notice);
    }

    /// <summary>By a POST alone: no prefetch, reload or link makes anything go out.</summary>
    private async Task SendAsync(HttpContext context, MfaPendingSignIn pending, PageForm form)
    {
        // A stale form is a double click, or another tab was first: what it asked for is out already, and the page says so.
        ShowAgain(context, pending, form, form.IsFor(pending) ? await StartAsync(context, pending, AskedWay.Of(form)) : null);
    }

    /// <returns>Why nothing was sent; null where something was, by this request or by one beside it.</returns>
    private async Task<SentNotice?> StartAsync(HttpContext context, MfaPendingSignIn pending, AskedWay way)
    {
        try
        {
            var started = await manager.ChallengeAsync(pending, way.Method, way.FactorId, context.RequestAborted);
            return started is { Result: ChallengeResult.Throttled throttled } ? new SentNotice(NoticeKind.NotSentYet, time.GetUtcNow() + throttled.RetryAfter) : null;
        }
        catch (MfaUnavailableException e)
        {
            // The sign-in is as good as before, so the page stays: the user can try again, or another way.
            Log.NotSent(logger, e);
            return new SentNotice(NoticeKind.NotSent, time.GetUtcNow() + SenderRetry);
        }
    }

    private async Task CancelAsync(HttpContext context, MfaPendingSignIn pending)
    {
        await manager.CancelAsync(pending, context.RequestAborted);
        PageWriter.Redirect(context, pending.IsStepUp ? PageLinks.Home(context) : await links.SignInAsync(context, pending));
    }

    private async Task<MfaPendingSignIn?> FindAsync(HttpContext context, string? id)
    {
        if (await sessions.FindAsync(context, id) is not { } pending) return null;
        // Who may set nothing up yet has something to answer first: an access code.
        if (!pending.IsEnrollment || pending.Methods.Count > 0) return pending;
        PageWriter.Redirect(context, links.Setup(context, pending.Id));
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(3004, LogLevel.Error, "A challenge could not be started: the page says so, with 503.")]
        public static partial void NotSent(ILogger logger, Exception exception);
    }
}
