using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Localization;

namespace MfaMiddleware.UI.Pages.Notices;

/// <summary>Says what became of a form, on the page that the redirect after it shows.</summary>
internal sealed class PageNotices(NoticeSeal seal, AnswerPresenter answers, TimeProvider time, IStringLocalizer<MfaPagesResources> texts)
{
    /// <summary>The field of the address.</summary>
    public const string Field = "notice";

    public string Seal(MfaPendingSignIn pending, SentNotice notice) => seal.Close(pending, notice);

    public SentNotice? Find(HttpContext context, MfaPendingSignIn pending) => seal.Open(pending, context.Request.Query[Field]);

    /// <summary>The notice in words, as things are now: how many attempts are left, how long the wait still is. Null where there is nothing to say any more.</summary>
    public FormNotice? Describe(HttpContext context, MfaPendingSignIn pending, SentNotice? notice) => notice?.Kind switch
    {
        NoticeKind.Wrong => answers.Wrong(pending.AttemptsRemaining),
        NoticeKind.WrongKey => answers.WrongKey(pending.AttemptsRemaining),
        NoticeKind.CodeMissing => new FormNotice(texts["Error_CodeMissing"], true),
        NoticeKind.MethodRequired => new FormNotice(texts["Error_MethodRequired"], true),
        NoticeKind.Stale => new FormNotice(texts["Notice_Stale"], false),
        NoticeKind.NotOffered => new FormNotice(texts["Notice_NotOffered"], false),
        NoticeKind.Throttled => WaitOf(notice) is { } wait ? answers.Throttled(context, wait) : null,
        NoticeKind.NotSentYet => WaitOf(notice) is { } wait ? answers.NotSentYet(context, wait) : null,
        NoticeKind.NotSent => NotSent(context, WaitOf(notice)),
        NoticeKind.Refused => new FormNotice(texts.RefusalOf(notice.Reason, "Setup_Phone_Refused"), true),
        _ => null,
    };

    /// <summary>It stays to be read; but what a reload is answered later is no failure of that moment.</summary>
    private FormNotice NotSent(HttpContext context, TimeSpan? wait) =>
        wait is { } left ? answers.NotSent(context, left) : new FormNotice(texts["Error_NotSent"], true) { IsAboutCode = false };

    private TimeSpan? WaitOf(SentNotice notice) => notice.Until - time.GetUtcNow() is { } wait && wait > TimeSpan.Zero ? wait : null;
}
