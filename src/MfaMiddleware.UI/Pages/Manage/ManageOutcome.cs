using System.Globalization;
using MfaMiddleware.Enrollment;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.UI.Pages.Manage;

/// <summary>Presents what became of a change.</summary>
internal sealed class ManageOutcome(
    MfaFactorManager manager, PageWriter writer, PageLinks links, PageBrand brand, ProblemPage problem, AnswerPresenter answers,
    IAuthenticationSchemeProvider schemes, IOptions<MfaOptions> options, IStringLocalizer<MfaPagesResources> texts)
{
    /// <summary>What "confirm that it's you" asks for: any proof, as fresh as a change needs it.</summary>
    public MfaManageResult AnyProof() => new MfaManageResult.ProofRequired(options.Value.ManageMaxAge, null);

    /// <summary>The notice to show the page with; null where the answer has been written already.</summary>
    public async Task<FormNotice?> PresentAsync(HttpContext context, MfaManageResult result)
    {
        switch (result)
        {
            case MfaManageResult.EnrollmentStarted started:
                PageWriter.Redirect(context, links.Add(context, started.Enrollment.Id));
                return null;
            case MfaManageResult.RecoveryCodesReplaced replaced:
                await writer.WriteAsync(context, "NewCodes", new MfaNewCodesModel(replaced.Codes, brand.Name, links.Manage(context)));
                return null;
            case MfaManageResult.FactorAdded or MfaManageResult.FactorRenamed or MfaManageResult.FactorRemoved or MfaManageResult.Resynchronized or MfaManageResult.DevicesRemoved:
                PageWriter.Redirect(context, links.Manage(context, DoneOf(result)));
                return null;
            case MfaManageResult.ProofRequired required:
                PageHeaders.Set(context.Response);
                await manager.AskForProofAsync(context, required, links.Manage(context));
                return null;
            case MfaManageResult.NotSignedIn:
                await SignInAsync(context);
                return null;
            case MfaManageResult.Exhausted:
                await problem.WriteAsync(context, MfaProblem.TooManyAttempts);
                return null;
            default:
                return NoticeOf(context, result);
        }
    }

    /// <summary>Leads to the app's sign-in and back.</summary>
    public async Task SignInAsync(HttpContext context)
    {
        if (await schemes.GetDefaultChallengeSchemeAsync() is null)
        {
            await problem.WriteAsync(context, MfaProblem.Expired);
            return;
        }

        PageHeaders.Set(context.Response);
        await context.ChallengeAsync(new AuthenticationProperties { RedirectUri = links.Manage(context) });
    }

    private FormNotice NoticeOf(HttpContext context, MfaManageResult result)
    {
        switch (result)
        {
            case MfaManageResult.NotAllowed:
                return new FormNotice(texts["Manage_Full"], true);
            case MfaManageResult.NotFound:
                return new FormNotice(texts["Manage_Gone"], false);
            case MfaManageResult.WrongCodes:
                return new FormNotice(texts["Manage_Resync_Wrong"], true);
            case MfaManageResult.Throttled { IsAccount: true } throttled:
                context.Response.Headers.RetryAfter = Seconds(throttled.RetryAfter);
                return new FormNotice(texts["Error_Throttled", texts.Wait(throttled.RetryAfter)], true) { Status = StatusCodes.Status429TooManyRequests };
            case MfaManageResult.Throttled throttled:
                return answers.NotSentYet(context, throttled.RetryAfter);
            case MfaManageResult.TooMany tooMany:
                context.Response.Headers.RetryAfter = Seconds(tooMany.RetryAfter);
                return new FormNotice(texts["Manage_TooMany", texts.Wait(tooMany.RetryAfter)], true) { Status = StatusCodes.Status429TooManyRequests };
            case MfaManageResult.Invalid invalid:
                return new FormNotice(texts.RefusalOf(invalid.Reason, "Manage_Invalid"), true);
            default:
                return new FormNotice(texts["Manage_Invalid"], true);
        }
    }

    private static string Seconds(TimeSpan wait) => Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private static string DoneOf(MfaManageResult result) => result switch
    {
        MfaManageResult.FactorAdded => "added",
        MfaManageResult.FactorRenamed => "renamed",
        MfaManageResult.Resynchronized => "resynced",
        MfaManageResult.DevicesRemoved => "devices_removed",
        _ => "removed",
    };
}
