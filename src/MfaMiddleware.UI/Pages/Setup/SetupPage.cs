using MfaMiddleware.Enrollment;
using MfaMiddleware.Methods;
using MfaMiddleware.UI.Pages.Notices;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.UI.Pages.Setup;

/// <summary><c>/mfa/setup</c> and <c>/mfa/codes</c>: a first factor while the sign-in waits. Scan, save the recovery codes, confirm.</summary>
internal sealed class SetupPage(
    MfaSignInManager manager, PageSession sessions, AnswerPresenter answers, SetupPresenter presenter, PageNotices notices, PendingAntiforgery antiforgery, PageLinks links,
    ProblemPage problem, TimeProvider time)
{
    private static readonly TimeSpan CeremonyLifetime = TimeSpan.FromMinutes(1);

    public async Task ShowAsync(HttpContext context)
    {
        if (await FindAsync(context, context.Request.Query["id"]) is not { } pending) return;
        var (sent, step) = (notices.Find(context, pending), (string?)context.Request.Query["step"]);
        var notice = notices.Describe(context, pending, sent);
        if (MayChoose(pending, notice) && (pending.Enrollment is null || step == SetupPresenter.Choose)) await presenter.WriteAsync(context, pending, MfaSetupStep.Choose, notice);
        else if (pending.Enrollment is null) await BeginAsync(context, pending, new MfaEnrollmentRequest(pending.Enroll.Count == 1 ? pending.Enroll[0] : ""));
        else if (step != SetupPresenter.Confirm && pending.Enrollment.SentTo is null) await presenter.WriteAsync(context, pending, MfaSetupStep.Scan, null);
        else if (HasSaved(pending, context.Request.Query["saved"])) await presenter.WriteAsync(context, pending, MfaSetupStep.Confirm, notice, sent?.IsStarted(pending, time.GetUtcNow()) == true);
        else PageWriter.Redirect(context, links.Codes(context, pending.Id));
    }

    /// <summary>With one method alone the set-up begins by itself, unless there is something to read first.</summary>
    private static bool MayChoose(MfaPendingSignIn pending, FormNotice? notice) => notice is not null || SetupPresenter.HasChoice(pending);

    public async Task ShowCodesAsync(HttpContext context)
    {
        if (await FindAsync(context, context.Request.Query["id"]) is not { } pending) return;
        if (pending.Enrollment is { RecoveryCodes.Count: > 0 }) await presenter.WriteAsync(context, pending, MfaSetupStep.Codes, null);
        else PageWriter.Redirect(context, links.Setup(context, pending.Id));
    }

    public async Task AnswerAsync(HttpContext context)
    {
        var form = await PageForm.ReadAsync(context);
        if (await FindAsync(context, form["id"] ?? "-") is not { } pending) return;
        var isBegin = form["begin"] is not null;
        var step = isBegin || pending.Enrollment is null ? MfaSetupStep.Choose : MfaSetupStep.Confirm;
        if (!await antiforgery.IsOursAsync(context)) await presenter.WriteAsync(context, pending, step, answers.NotOurs());
        else if (form["cancel"] is not null) await CancelAsync(context, pending);
        else if (!isBegin && pending.Enrollment is { } begun && !pending.Enroll.Contains(begun.Method)) ShowAgain(context, pending, SetupPresenter.Choose, new SentNotice(NoticeKind.NotOffered));
        else if (isBegin) await BeginAsync(context, pending, new MfaEnrollmentRequest(form["begin"]!) { Phone = form["phone"] });
        else if (pending.Enrollment is null || !HasSaved(pending, form["saved"])) PageWriter.Redirect(context, links.Setup(context, pending.Id));
        else if (form["start"] is not null) await StartAsync(context, pending);
        else if (AnswerPresenter.ComplaintOf(form, pending) is { } complaint) ShowAgain(context, pending, SetupPresenter.Confirm, complaint);
        else await CheckAsync(context, pending, form);
    }

    /// <summary>By a redirect: a page that answers a form itself can't be reloaded or come back to without sending the form again.</summary>
    private void ShowAgain(HttpContext context, MfaPendingSignIn pending, string step, SentNotice notice) =>
        PageWriter.Redirect(context, links.SetupAgain(context, pending.Id, step, notices.Seal(pending, notice)));

    /// <summary>
    /// Begins a set-up. With one method alone it begins when the page is first shown, which a prefetch may do too: it changes nothing but
    /// the pending session, and what it began is what is shown from then on.
    /// </summary>
    private async Task BeginAsync(HttpContext context, MfaPendingSignIn pending, MfaEnrollmentRequest request)
    {
        switch (await manager.EnrollAsync(pending, request, context.RequestAborted))
        {
            case MfaEnrollmentResult.Started or MfaEnrollmentResult.Invalid when HttpMethods.IsPost(context.Request.Method):
                PageWriter.Redirect(context, links.Setup(context, pending.Id));
                break;
            case MfaEnrollmentResult.Started started:
                await presenter.WriteAsync(context, started.Next, MfaSetupStep.Scan, null);
                break;
            case MfaEnrollmentResult.Invalid:
                // Another tab, or a prefetch, was first: its set-up is the one.
                if (await FindAsync(context, pending.Id) is not { } current) break;
                await presenter.WriteAsync(context, current, current.Enrollment is null ? MfaSetupStep.Choose : MfaSetupStep.Scan, null);
                break;
            case MfaEnrollmentResult.Refused refused:
                await NotBegunAsync(context, pending, new SentNotice(NoticeKind.Refused) { Reason = refused.Reason });
                break;
            case MfaEnrollmentResult.Throttled throttled:
                await NotBegunAsync(context, pending, new SentNotice(NoticeKind.NotSentYet, time.GetUtcNow() + throttled.RetryAfter));
                break;
            case MfaEnrollmentResult.UnknownMethod when pending.Enroll.Count > 1 && HttpMethods.IsPost(context.Request.Method):
                PageWriter.Redirect(context, links.Setup(context, pending.Id, SetupPresenter.Choose));
                break;
            case MfaEnrollmentResult.UnknownMethod when pending.Enroll.Count > 1:
                await presenter.WriteAsync(context, pending, MfaSetupStep.Choose, null);
                break;
            default:
                await problem.WriteAsync(context, MfaProblem.EnrollmentNotAllowed, pending);
                break;
        }
    }

    /// <summary>A page that began by itself, and couldn't, says so itself: a redirect would lead to the same again.</summary>
    private async Task NotBegunAsync(HttpContext context, MfaPendingSignIn pending, SentNotice notice)
    {
        if (HttpMethods.IsPost(context.Request.Method)) ShowAgain(context, pending, SetupPresenter.Choose, notice);
        else await presenter.WriteAsync(context, pending, MfaSetupStep.Choose, notices.Describe(context, pending, notice));
    }

    /// <summary>A ceremony is short and answered once, so it begins when the user has the key at hand; the recovery codes stay as they were saved.</summary>
    private async Task StartAsync(HttpContext context, MfaPendingSignIn pending)
    {
        if (await manager.RenewEnrollmentAsync(pending, context.RequestAborted) is MfaEnrollmentResult.Started started)
        {
            ShowAgain(context, started.Next, SetupPresenter.Confirm, new SentNotice(NoticeKind.Started, time.GetUtcNow() + CeremonyLifetime));
            return;
        }

        PageWriter.Redirect(context, links.Setup(context, pending.Id));
    }

    private async Task CheckAsync(HttpContext context, MfaPendingSignIn pending, PageForm form)
    {
        var answer = new MfaAnswer { Code = form["code"], Credential = form.Credential };
        var result = await manager.AnswerAsync(context, pending, answer, pending.Enrollment!.Id, context.RequestAborted);
        if (await answers.PresentAsync(context, pending, result) is not { } again) return;
        ShowAgain(context, again.Pending, again.Pending.Enrollment is null ? SetupPresenter.Choose : SetupPresenter.Confirm, again.Notice);
    }

    private async Task CancelAsync(HttpContext context, MfaPendingSignIn pending)
    {
        await manager.CancelAsync(pending, context.RequestAborted);
        PageWriter.Redirect(context, pending.IsStepUp ? PageLinks.Home(context) : await links.SignInAsync(context, pending));
    }

    private static bool HasSaved(MfaPendingSignIn pending, string? saved) => pending.Enrollment is { RecoveryCodes.Count: 0 } || saved == "on";

    private async Task<MfaPendingSignIn?> FindAsync(HttpContext context, string? id)
    {
        if (await sessions.FindAsync(context, id) is not { } pending) return null;
        if (pending.IsEnrollment && pending.Methods.Count == 0) return pending;
        PageWriter.Redirect(context, links.Verify(context, pending.Id));
        return null;
    }
}
