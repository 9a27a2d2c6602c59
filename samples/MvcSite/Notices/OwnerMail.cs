using System.Globalization;
using MfaMiddleware.Telemetry;
using MvcSite.Users;

namespace MvcSite.Notices;

/// <summary>Tells users by mail what happened to their account: never by the factor that it is about.</summary>
public sealed class OwnerMail(Mailbox mailbox, IServiceScopeFactory scopes) : IMfaNotifier
{
    public async ValueTask NotifyAsync(MfaNotice notice, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SiteDb>();
        var user = await db.Users.FindAsync([int.Parse(notice.Subject.Id, CultureInfo.InvariantCulture)], cancellationToken);
        if (user is null)
            return;

        var who = notice.ByAdministrator ? " An administrator did this." : "";
        mailbox.Send(new(user.Email, $"{TextOf(notice)}{who} If you know nothing of it, tell us at once.", notice.At));
    }

    private static string TextOf(MfaNotice notice) => notice.Event switch
    {
        MfaEventNames.FactorAdded => $"Your account has a new second factor: {MethodNames.Of(notice.Method)}.",
        MfaEventNames.FactorRemoved => $"A second factor of your account was removed: {MethodNames.Of(notice.Method)}.",
        MfaEventNames.FactorsReset => "All second factors of your account were removed.",
        MfaEventNames.RecoveryCodeUsed => "A recovery code of your account was used.",
        MfaEventNames.RecoveryCodesReplaced => "Your account has new recovery codes; the old ones no longer work.",
        MfaEventNames.AccessCodeIssued => "An access code for your account was made.",
        MfaEventNames.AccessCodeUsed => "The access code for your account was used.",
        MfaEventNames.MfaFailedAfterPassword => "Somebody entered your right password, and then wrong codes.",
        MfaEventNames.AuthenticatorMayBeCopied => "Your security key may have been copied. Remove it and set up another.",
        MfaEventNames.DeviceRemoved => "A browser that was known for your account was removed.",
        MfaEventNames.DevicesRemoved => "All browsers that were known for your account were removed.",
        _ => "Something happened to the second factors of your account.",
    };
}
