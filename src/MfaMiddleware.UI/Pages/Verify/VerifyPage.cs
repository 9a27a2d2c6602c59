using MfaMiddleware.Methods;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Localization;

namespace MfaMiddleware.UI.Pages.Verify;

/// <summary><c>/mfa/verify</c>: asks for the second factor of a sign-in.</summary>
internal sealed class VerifyPage(
    MfaSignInManager manager, PageSession sessions, AnswerPresenter answers, PageWriter writer, PageLinks links, ProblemPage problem, IStringLocalizer<MfaPagesResources> texts)
{
    public async Task ShowAsync(HttpContext context)
    {
        if (await FindAsync(context, context.Request.Query["id"]) is not { } pending) return;
        await WriteAsync(context, pending, context.Request.Query["method"], null);
    }

    public async Task AnswerAsync(HttpContext context)
    {
        var form = await PageForm.ReadAsync(context);
        if (await FindAsync(context, form["id"] ?? "-") is not { } pending) return;
        if (!await PageForm.IsOursAsync(context)) await WriteAsync(context, pending, form["method"], answers.NotOurs());
        else if (form["cancel"] is not null) await CancelAsync(context, pending);
        else if (answers.ComplaintOf(form, pending) is { } complaint) await WriteAsync(context, pending, form["method"], complaint);
        else await CheckAsync(context, pending, form);
    }

    private async Task CheckAsync(HttpContext context, MfaPendingSignIn pending, PageForm form)
    {
        // The method isn't named at first: a recovery code is welcome in the field of any other.
        var answer = new MfaAnswer { Code = form["code"] };
        var result = await manager.AnswerAsync(context, pending, answer, null, context.RequestAborted);
        if (result is MfaSignInResult.MethodRequired && form["method"] is { } method)
        {
            result = await manager.AnswerAsync(context, pending, answer with { Method = method }, null, context.RequestAborted);
        }

        if (await answers.PresentAsync(context, pending, result) is { } again) await WriteAsync(context, again.Pending, form["method"], again.Notice);
    }

    private async Task CancelAsync(HttpContext context, MfaPendingSignIn pending)
    {
        await manager.CancelAsync(pending, context.RequestAborted);
        PageWriter.Redirect(context, pending.IsStepUp ? PageLinks.Home(context) : await links.SignInAsync(context));
    }

    private async Task<MfaPendingSignIn?> FindAsync(HttpContext context, string? id)
    {
        if (await sessions.FindAsync(context, id) is not { } pending) return null;
        if (!pending.IsEnrollment) return pending;
        PageWriter.Redirect(context, links.Setup(context, pending.Id));
        return null;
    }

    private async Task WriteAsync(HttpContext context, MfaPendingSignIn pending, string? method, FormNotice? notice)
    {
        var offered = pending.Methods.DistinctBy(m => m.Method).ToList();
        if (offered.Count == 0)
        {
            // No factor is good enough for this sign-in, and none may be set up now.
            await problem.WriteAsync(context, MfaProblem.AccessDenied);
            return;
        }

        var shown = offered.Find(m => m.Method == method) ?? offered[0];
        await writer.WriteAsync(context, "Verify", Describe(context, pending, shown, offered) with { Notice = notice?.Text, IsError = notice?.IsError ?? false }, notice?.Status ?? 200);
    }

    private MfaVerifyModel Describe(HttpContext context, MfaPendingSignIn pending, MfaOfferedMethod shown, List<MfaOfferedMethod> offered) => new()
    {
        Id = pending.Id,
        Version = pending.Version,
        Method = shown.Method,
        IsRecovery = shown.IsRecovery,
        Hint = texts.HintOf(shown.Method, shown.Label),
        Others = [.. offered.Where(m => m != shown).Select(m => new MfaMethodLink(texts.LabelOf(m.Method, m.Label), links.Verify(context, pending.Id, m.Method)))],
        IsStepUp = pending.IsStepUp,
        FormUrl = links.Verify(context, null),
    };
}
