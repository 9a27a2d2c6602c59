using System.Globalization;
using MfaMiddleware.UI.Pages.Notices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Localization;

namespace MfaMiddleware.UI.Pages;

/// <summary>What a form is shown again with.</summary>
/// <param name="Text">What is wrong.</param>
/// <param name="IsError">Whether that is an error.</param>
internal sealed record FormNotice(string Text, bool IsError)
{
    /// <summary>Whether the error is in what was entered: then the input is marked.</summary>
    public bool IsAboutCode { get; init; } = true;

    /// <summary>Whether it says for how long the account must wait.</summary>
    public bool IsWait { get; init; }

    /// <summary>The status of the page.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;
}

/// <summary>Presents what became of an answer, where that is no form again.</summary>
internal sealed class AnswerPresenter(ProblemPage problem, PageSession sessions, PageLinks links, TimeProvider time, IStringLocalizer<MfaPagesResources> texts)
{
    /// <summary>The session and the notice to show the form with again, by a redirect; null where the answer has been written already.</summary>
    public async Task<(MfaPendingSignIn Pending, SentNotice Notice)?> PresentAsync(HttpContext context, MfaPendingSignIn pending, MfaSignInResult result)
    {
        switch (result)
        {
            case MfaSignInResult.Completed completed:
                if (!completed.IsAnswered) PageWriter.Redirect(context, completed.BrowserUrl);
                return null;
            case MfaSignInResult.MayEnroll open:
                PageWriter.Redirect(context, links.Setup(context, open.Next.Id));
                return null;
            case MfaSignInResult.Rejected rejected:
                return (rejected.Next, new SentNotice(NoticeKind.Wrong));
            case MfaSignInResult.Throttled throttled:
                return (pending, new SentNotice(NoticeKind.Throttled, time.GetUtcNow() + throttled.RetryAfter));
            case MfaSignInResult.MethodRequired:
                return (pending, new SentNotice(NoticeKind.MethodRequired));
            case MfaSignInResult.Invalid:
                // Answered in another tab a moment ago, or gone: the form that holds now, if one does.
                return await sessions.FindAsync(context, pending.Id) is { } current ? (current, new SentNotice(NoticeKind.Stale)) : null;
            default:
                await problem.WriteAsync(context, ProblemOf(result), pending);
                return null;
        }
    }

    public FormNotice Wrong(int left) => new($"{texts["Error_Wrong"]} {(left == 1 ? texts["Attempts_One"] : texts["Attempts_Many", left])}", true);

    /// <summary>The same for a key, which nobody mistypes.</summary>
    public FormNotice WrongKey(int left) => new($"{texts["Key_Wrong"]} {(left == 1 ? texts["Attempts_One"] : texts["Attempts_Many", left])}", true);

    /// <summary>What is wrong with a form before its answer is looked at; none of it costs an attempt.</summary>
    public static SentNotice? ComplaintOf(PageForm form, MfaPendingSignIn pending)
    {
        if (!form.IsFor(pending)) return new SentNotice(NoticeKind.Stale);
        return form["code"] is null && form.Credential is null ? new SentNotice(NoticeKind.CodeMissing) : null;
    }

    /// <summary>The answer to the form itself, and no redirect: its status says to a program as well that nothing was taken.</summary>
    public FormNotice NotOurs() => new(texts["Notice_Antiforgery"], false) { Status = StatusCodes.Status400BadRequest };

    /// <summary>Nothing was sent: too soon, or too often.</summary>
    public FormNotice NotSentYet(HttpContext context, TimeSpan wait)
    {
        RetryAfter(context, wait);
        return new FormNotice(texts["Error_NotSentYet", texts.Wait(wait)], true) { IsAboutCode = false, Status = StatusCodes.Status429TooManyRequests };
    }

    /// <summary>Nothing was sent: what sends is down.</summary>
    public FormNotice NotSent(HttpContext context, TimeSpan wait)
    {
        RetryAfter(context, wait);
        return new FormNotice(texts["Error_NotSent"], true) { IsAboutCode = false, Status = StatusCodes.Status503ServiceUnavailable };
    }

    /// <summary>What was entered was not looked at: it isn't what is wrong.</summary>
    public FormNotice Throttled(HttpContext context, TimeSpan wait)
    {
        RetryAfter(context, wait);
        return MustWait(wait) with { Status = StatusCodes.Status429TooManyRequests };
    }

    /// <summary>The same where nothing was answered yet.</summary>
    public FormNotice MustWait(TimeSpan wait) => new(texts["Error_Throttled", texts.Wait(wait)], true) { IsAboutCode = false, IsWait = true };

    private static void RetryAfter(HttpContext context, TimeSpan wait) =>
        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private static string ProblemOf(MfaSignInResult result) => result switch
    {
        MfaSignInResult.Exhausted => MfaProblem.TooManyAttempts,
        MfaSignInResult.EnrollmentNotAllowed => MfaProblem.EnrollmentNotAllowed,
        _ => MfaProblem.AccessDenied,
    };
}
