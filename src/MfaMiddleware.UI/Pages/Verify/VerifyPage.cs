using MfaMiddleware.Methods;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.UI.Pages.Verify;

/// <summary><c>/mfa/verify</c>: asks for the second factor of a sign-in, and starts its challenge where the method needs one.</summary>
internal sealed partial class VerifyPage(
    MfaSignInManager manager, PageSession sessions, AnswerPresenter answers, VerifyPresenter presenter, PendingAntiforgery antiforgery, PageLinks links, ILogger<VerifyPage> logger)
{
    public async Task ShowAsync(HttpContext context)
    {
        if (await FindAsync(context, context.Request.Query["id"]) is not { } pending) return;
        await presenter.WriteAsync(context, pending, new AskedWay(context.Request.Query["method"], context.Request.Query["factor"]), null, context.Request.Query["remember"] == "on");
    }

    public async Task AnswerAsync(HttpContext context)
    {
        var form = await PageForm.ReadAsync(context);
        if (await FindAsync(context, form["id"] ?? "-") is not { } pending) return;
        var way = AskedWay.Of(form);
        if (!await antiforgery.IsOursAsync(context)) await presenter.WriteAsync(context, pending, way, answers.NotOurs(), form.RemembersDevice);
        else if (form["cancel"] is not null) await CancelAsync(context, pending);
        else if (way.Method is { } method && pending.Methods.All(m => m.Method != method)) await presenter.WriteAsync(context, pending, way, answers.NotOffered(), form.RemembersDevice);
        else if (form["send"] is not null) await SendAsync(context, pending, form);
        else if (answers.ComplaintOf(form, pending) is { } complaint) await presenter.WriteAsync(context, pending, way, complaint, form.RemembersDevice);
        else await CheckAsync(context, pending, form);
    }

    private async Task CheckAsync(HttpContext context, MfaPendingSignIn pending, PageForm form)
    {
        // The method is no more than a hint: a recovery code is welcome in the field of any other.
        var key = form.Credential;
        var answer = new MfaAnswer { Code = form["code"], AskedMethod = form["method"], Credential = key, Method = key is null ? null : form["method"], RememberDevice = form.RemembersDevice };
        var result = await manager.AnswerAsync(context, pending, answer, null, context.RequestAborted);
        if (await answers.PresentAsync(context, pending, result) is not { } again) return;
        var notice = key is not null && result is MfaSignInResult.Rejected ? answers.WrongKey(again.Pending.AttemptsRemaining) : again.Notice;
        await presenter.WriteAsync(context, again.Pending, AskedWay.Of(form), notice, form.RemembersDevice);
    }

    /// <summary>By a POST alone: no prefetch, reload or link makes anything go out.</summary>
    private async Task SendAsync(HttpContext context, MfaPendingSignIn pending, PageForm form)
    {
        var way = AskedWay.Of(form);
        // A stale form is a double click, or another tab was first: what it asked for is out already, and the page says so.
        var wait = form.IsFor(pending) ? await StartAsync(context, pending, way) : null;
        if (wait is null) PageWriter.Redirect(context, links.Verify(context, pending.Id, way, form.RemembersDevice));
        else await presenter.WriteAsync(context, pending, way, wait, form.RemembersDevice);
    }

    /// <returns>Why nothing was sent; null where something was, by this request or by one beside it.</returns>
    private async Task<FormNotice?> StartAsync(HttpContext context, MfaPendingSignIn pending, AskedWay way)
    {
        try
        {
            var started = await manager.ChallengeAsync(pending, way.Method, way.FactorId, context.RequestAborted);
            return started is { Result: ChallengeResult.Throttled throttled } ? answers.NotSentYet(context, throttled.RetryAfter) : null;
        }
        catch (MfaUnavailableException e)
        {
            // The sign-in is as good as before, so the page stays: the user can try again, or another way.
            Log.NotSent(logger, e);
            return answers.NotSent(context);
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
        [LoggerMessage(3004, LogLevel.Error, "A challenge could not be started: answered with the form and 503.")]
        public static partial void NotSent(ILogger logger, Exception exception);
    }
}
