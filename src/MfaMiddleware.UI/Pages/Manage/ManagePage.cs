using System.Globalization;
using MfaMiddleware.Enrollment;
using MfaMiddleware.TrustedDevices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Localization;

namespace MfaMiddleware.UI.Pages.Manage;

/// <summary><c>/mfa/manage</c>: what a signed-in user has set up, and changes of it.</summary>
internal sealed class ManagePage(
    MfaFactorManager manager, MfaDeviceManager devices, ManageOutcome outcome, AnswerPresenter answers, PageWriter writer, PageLinks links, IStringLocalizer<MfaPagesResources> texts)
{
    public Task ShowAsync(HttpContext context)
    {
        var done = texts[$"Manage_Done_{context.Request.Query["done"]}"];
        return ShowAsync(context, done.ResourceNotFound ? null : new FormNotice(done, false));
    }

    public async Task ChangeAsync(HttpContext context)
    {
        var form = await PageForm.ReadAsync(context);
        if (!await PageForm.IsOursAsync(context))
        {
            await ShowAsync(context, answers.NotOurs());
            return;
        }

        if (await outcome.PresentAsync(context, await ApplyAsync(context, form)) is { } notice) await ShowAsync(context, notice);
    }

    private async Task<MfaManageResult> ApplyAsync(HttpContext context, PageForm form)
    {
        var (id, name) = (form["id"] ?? "", form["name"]);
        return form["do"] switch
        {
            "add" => await AddAsync(context, form),
            "resync" => await manager.ResyncAsync(context, id, form["first"] ?? "", form["second"] ?? "", context.RequestAborted),
            "rename" => await manager.RenameAsync(context, id, name ?? "", context.RequestAborted),
            "remove" => await manager.RemoveAsync(context, id, context.RequestAborted),
            "forget" when id.Length > 0 => await devices.RemoveAsync(context, id, context.RequestAborted),
            "forget_all" => await devices.RemoveAllAsync(context, context.RequestAborted),
            "codes" => await ReplaceCodesAsync(context),
            "confirm" => outcome.AnyProof(),
            _ => new MfaManageResult.Invalid("do is missing."),
        };
    }

    private async Task<MfaManageResult> AddAsync(HttpContext context, PageForm form)
    {
        var counter = 0L;
        if (form["counter"] is { } text && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out counter)) return new MfaManageResult.Invalid("counter is no number.") { Reason = "counter_invalid" };
        var request = new MfaEnrollmentRequest(form["method"] ?? "") { Name = form["name"], Phone = form["phone"], Secret = form["secret"], Counter = counter };
        return await manager.BeginEnrollmentAsync(context, request, context.RequestAborted);
    }

    private Task<MfaManageResult> ReplaceCodesAsync(HttpContext context) => manager.ReplaceRecoveryCodesAsync(context, context.RequestAborted);

    private async Task ShowAsync(HttpContext context, FormNotice? notice)
    {
        if (await manager.ListAsync(context, context.RequestAborted) is not { } list)
        {
            await outcome.SignInAsync(context);
            return;
        }

        var model = new MfaManageModel
        {
            Factors = [.. list.Factors.Select(f => f with { Label = texts.LabelOf(f.Method, f.Label) })],
            RecoveryCodesRemaining = list.RecoveryCodesRemaining,
            Devices = await devices.ListAsync(context, context.RequestAborted) ?? [],
            Methods = [.. list.Enroll.Select(m => new MfaMethodChoice(m, texts.LabelOf(m, m)))],
            MayChange = list.MayChange,
            // The day that is still good everywhere: whose evening it ends in, the server doesn't know.
            EnrollBy = list.EnrollBy?.UtcDateTime.ToString("D", CultureInfo.CurrentCulture),
            FormUrl = links.Manage(context),
            HomeUrl = PageLinks.Home(context),
            Notice = notice?.Text,
            IsError = notice?.IsError ?? false,
        };
        await writer.WriteAsync(context, "Manage", model, notice?.Status ?? StatusCodes.Status200OK);
    }
}
