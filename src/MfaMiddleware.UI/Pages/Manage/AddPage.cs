using MfaMiddleware.Enrollment;
using MfaMiddleware.Methods;
using MfaMiddleware.UI.Pages.Setup;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Localization;

namespace MfaMiddleware.UI.Pages.Manage;

/// <summary><c>/mfa/manage/add</c>: the set-up of a factor for someone who is signed in.</summary>
internal sealed class AddPage(
    MfaFactorManager manager, ManageOutcome outcome, AnswerPresenter answers, PageWriter writer, PageLinks links, PageBrand brand, IQrRenderer qr,
    IStringLocalizer<MfaPagesResources> texts)
{
    public Task ShowAsync(HttpContext context) => ShowAsync(context, context.Request.Query["id"], null);

    public async Task AnswerAsync(HttpContext context)
    {
        var form = await PageForm.ReadAsync(context);
        var id = form["id"] ?? "";
        if (!await PageForm.IsOursAsync(context)) await ShowAsync(context, id, answers.NotOurs());
        else if (form["code"] is null && form.Credential is null) await ShowAsync(context, id, new FormNotice(texts["Error_CodeMissing"], true));
        else await CheckAsync(context, id, new MfaAnswer { Code = form["code"], Credential = form.Credential });
    }

    private async Task CheckAsync(HttpContext context, string id, MfaAnswer answer)
    {
        var result = await manager.CompleteEnrollmentAsync(context, id, answer, context.RequestAborted);
        if (result is MfaManageResult.Rejected && answer.Credential is not null) await ShowAsync(context, id, new FormNotice(texts["Key_Refused"], true));
        else if (result is MfaManageResult.Rejected rejected) await ShowAsync(context, id, answers.Wrong(rejected.AttemptsRemaining));
        else if (await outcome.PresentAsync(context, result) is not null) PageWriter.Redirect(context, links.Manage(context));
    }

    private async Task ShowAsync(HttpContext context, string? id, FormNotice? notice)
    {
        if (await manager.FindEnrollmentAsync(context, id ?? "", context.RequestAborted) is not { } enrollment)
        {
            // Over, or never there: the list says what there is, and asks for a sign-in where one is missing.
            PageWriter.Redirect(context, links.Manage(context));
            return;
        }

        var model = new MfaAddModel
        {
            Id = enrollment.Id,
            Secret = enrollment.Secret is { } secret ? SetupPresenter.Group(secret) : null,
            Uri = enrollment.Uri,
            QrSvg = enrollment.Uri is { } uri ? qr.RenderSvg(uri) : null,
            PublicKey = enrollment.PublicKey,
            SentTo = enrollment.SentTo,
            RecoveryCodes = enrollment.RecoveryCodes,
            Issuer = brand.Name,
            FormUrl = links.Add(context, null),
            ManageUrl = links.Manage(context),
            Notice = notice?.Text,
            IsError = notice?.IsError ?? false,
        };
        await writer.WriteAsync(context, "Add", model, notice?.Status ?? StatusCodes.Status200OK);
    }
}
