using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Localization;

namespace MfaMiddleware.UI.Pages.Setup;

/// <summary>Shows a step of the set-up.</summary>
internal sealed class SetupPresenter(PageWriter writer, PageLinks links, IQrRenderer qr, PageBrand brand, IStringLocalizer<MfaPagesResources> texts)
{
    public const string Choose = "choose";
    public const string Confirm = "confirm";

    /// <summary>The method whose set-up needs a number first, so that it never begins by itself.</summary>
    private const string Messages = "sms";

    private const int GroupLength = 4;

    public Task WriteAsync(HttpContext context, MfaPendingSignIn pending, MfaSetupStep step, FormNotice? notice, bool isStarted = false)
    {
        var model = Describe(context, pending, step, isStarted) with { Notice = notice?.Text, IsError = notice?.IsError ?? false };
        return writer.WriteAsync(context, step == MfaSetupStep.Codes ? "Codes" : "Setup", model, notice?.Status ?? StatusCodes.Status200OK);
    }

    public static bool HasChoice(MfaPendingSignIn pending) => pending.Enroll.Count > 1 || pending.Enroll.Contains(Messages);

    public static string Group(string secret) => string.Join(' ', secret.Chunk(GroupLength).Select(group => new string(group)));

    private MfaSetupModel Describe(HttpContext context, MfaPendingSignIn pending, MfaSetupStep step, bool isStarted)
    {
        var enrollment = pending.Enrollment;
        return new MfaSetupModel
        {
            Step = step,
            Id = pending.Id,
            Version = pending.Version,
            NeedsStronger = pending.NeedsStronger,
            Methods = [.. pending.Enroll.Select(name => new MfaMethodChoice(name, texts.LabelOf(name, name)))],
            EnrollmentId = enrollment?.Id,
            Secret = step == MfaSetupStep.Scan && enrollment?.Secret is { } secret ? Group(secret) : null,
            Uri = step == MfaSetupStep.Scan ? enrollment?.Uri : null,
            QrSvg = step == MfaSetupStep.Scan && enrollment?.Uri is { } uri ? qr.RenderSvg(uri) : null,
            UsesBrowser = enrollment?.PublicKey is not null,
            PublicKey = isStarted ? enrollment?.PublicKey : null,
            SentTo = enrollment?.SentTo,
            RecoveryCodes = enrollment?.RecoveryCodes ?? [],
            Issuer = brand.Name,
            FormUrl = links.Setup(context, null),
            CodesUrl = links.Codes(context, pending.Id),
            ConfirmUrl = links.Setup(context, pending.Id, Confirm),
            ChooseUrl = HasChoice(pending) ? links.Setup(context, pending.Id, Choose) : null,
        };
    }
}
