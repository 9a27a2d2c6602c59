using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Localization;

namespace MfaMiddleware.UI.Pages.Verify;

/// <summary>Shows the question for one method, and the ways to the others.</summary>
internal sealed class VerifyPresenter(
    PageWriter writer, PageLinks links, ProblemPage problem, AnswerPresenter answers, TimeProvider time, IStringLocalizer<MfaPagesResources> texts)
{
    public async Task WriteAsync(HttpContext context, MfaPendingSignIn pending, AskedWay way, FormNotice? notice, bool remembers)
    {
        var offered = AskedWay.ListOf(pending);
        if (offered.Count == 0)
        {
            // No factor is good enough for this sign-in, and none may be set up now.
            await problem.WriteAsync(context, MfaProblem.AccessDenied, pending);
            return;
        }

        var shown = way.FindIn(offered) ?? offered[0];
        var wait = WaitOf(shown);
        notice = wait > TimeSpan.Zero ? WithWait(notice, wait) : notice;
        var model = Describe(context, pending, shown, offered) with
        {
            Wait = wait,
            SuggestsOthers = wait > TimeSpan.Zero && offered.Exists(m => WaitOf(m) == TimeSpan.Zero),
            Notice = notice?.Text,
            IsError = notice?.IsError ?? false,
            IsCodeError = notice is { IsError: true, IsAboutCode: true },
            IsRemembered = remembers,
        };
        await writer.WriteAsync(context, "Verify", model, notice?.Status ?? StatusCodes.Status200OK);
    }

    /// <summary>A wait is said before a code is typed in vain, and beside what else there is to say: the wrong code that began it.</summary>
    private FormNotice WithWait(FormNotice? notice, TimeSpan wait)
    {
        var mustWait = answers.MustWait(wait);
        return notice switch
        {
            null => mustWait,
            { IsWait: true } => notice,
            _ => notice with { Text = $"{notice.Text} {mustWait.Text}", IsError = true, IsAboutCode = notice.IsError && notice.IsAboutCode },
        };
    }

    private TimeSpan WaitOf(MfaOfferedMethod offered) => offered.WaitUntil - time.GetUtcNow() is { } wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero;

    private MfaVerifyModel Describe(HttpContext context, MfaPendingSignIn pending, MfaOfferedMethod shown, List<MfaOfferedMethod> offered)
    {
        var challenge = shown.NeedsChallenge ? ChallengeOf(shown, offered) : null;
        return new MfaVerifyModel
        {
            Id = pending.Id,
            Version = pending.Version,
            Method = shown.Method,
            FactorId = AskedWay.Of(shown).FactorId,
            IsRecovery = shown.IsRecovery,
            Hint = HintOf(shown, challenge),
            Challenge = challenge,
            Explanation = texts.ExplanationOf(pending.Reasons),
            // What is for emergencies is often used in a browser that isn't the user's own.
            RememberText = shown.IsRecovery ? null : pending.RememberDeviceFor is { } lifetime ? texts.RememberOf(lifetime) : null,
            Others = [.. offered.Where(m => m != shown).Select(m => LinkTo(context, pending, m))],
            IsStepUp = pending.IsStepUp,
            FormUrl = links.Verify(context, null),
        };
    }

    private MfaMethodLink LinkTo(HttpContext context, MfaPendingSignIn pending, MfaOfferedMethod other) =>
        new(texts.TargetOf(other), links.Verify(context, pending.Id, AskedWay.Of(other))) { Hint = texts.PurposeOf(other.Method) };

    private MfaVerifyChallenge ChallengeOf(MfaOfferedMethod shown, List<MfaOfferedMethod> offered)
    {
        var now = time.GetUtcNow();
        // What has expired can't be answered any more: it is as if nothing had been sent.
        var sent = shown.Challenge is { } c && !(c.ExpiresAt <= now) ? c : null;
        // The wait and the budget are the method's, whichever number the last one went to.
        var last = offered.Find(m => m.Method == shown.Method && m.Challenge is not null)?.Challenge;
        var wait = last?.ResendAt is { } at && at > now ? at - now : TimeSpan.Zero;
        return new MfaVerifyChallenge
        {
            IsStarted = sent is not null,
            UsesBrowser = shown.UsesBrowser,
            PublicKey = sent?.PublicKey,
            IsLast = last?.SendsRemaining == 0,
            Wait = wait,
            WaitText = wait > TimeSpan.Zero ? texts["Send_Wait", texts.Wait(wait)].Value : null,
        };
    }

    private string HintOf(MfaOfferedMethod shown, MfaVerifyChallenge? challenge) => challenge switch
    {
        null => texts.HintOf(shown.Method, shown.Label),
        { UsesBrowser: true } => texts.HintOf(shown.Method, shown.Label),
        { IsStarted: false } => texts["Send_Hint", texts.TargetOf(shown)].Value,
        _ => shown.Challenge!.SentTo is { } target ? texts["Send_Done_To", target].Value : texts["Send_Done", texts.LabelOf(shown.Method, shown.Label)].Value,
    };
}
