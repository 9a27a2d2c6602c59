using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.Hotp;
using MfaMiddleware.Methods.RecoveryCodes;
using MfaMiddleware.Methods.Sms;
using MfaMiddleware.Methods.Totp;

namespace MfaMiddleware.Methods;

/// <summary>The ranges of <see cref="MethodsOptions"/>, and that a user has something to answer with.</summary>
internal static class MethodRules
{
    /// <returns>Whether every section is set, so that the methods can be asked about.</returns>
    public static bool Check(MfaOptions options, IEnumerable<IMfaMethod> methods, SettingsCheck check)
    {
        var totp = check.Has(nameof(options.Methods.Totp), options.Methods.Totp);
        if (totp) Check(options.Methods.Totp, check.Below(nameof(options.Methods.Totp)));

        var hotp = check.Has(nameof(options.Methods.Hotp), options.Methods.Hotp);
        if (hotp) Check(options.Methods.Hotp, check.Below(nameof(options.Methods.Hotp)));

        var fido = check.Has(nameof(options.Methods.Fido), options.Methods.Fido);
        if (fido) FidoRules.Check(options.Methods.Fido, check.Below(nameof(options.Methods.Fido)));

        var sms = check.Has(nameof(options.Methods.Sms), options.Methods.Sms);
        if (sms) SmsRules.Check(options.Methods.Sms, options.Issuer, check.Below(nameof(options.Methods.Sms)));

        var codes = check.Has(nameof(options.Methods.RecoveryCodes), options.Methods.RecoveryCodes);
        if (codes) Check(options.Methods.RecoveryCodes, check.Below(nameof(options.Methods.RecoveryCodes)));

        if (!totp || !hotp || !fido || !sms || !codes) return false;
        CheckEnabled(options, methods, check);
        return true;
    }

    private static void Check(TotpOptions options, SettingsCheck check)
    {
        check.Range(nameof(options.Digits), options.Digits, 6, 8);
        check.Range(nameof(options.Period), options.Period, TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(2));
        check.Must(options.Period.Ticks % TimeSpan.TicksPerSecond == 0, nameof(options.Period), options.Period, "it must be whole seconds.");
        check.Defined<TotpAlgorithm>(nameof(options.Algorithm), options.Algorithm);
        if (!check.Has(nameof(options.Window), options.Window)) return;

        var window = check.Below(nameof(options.Window));
        window.Range(nameof(options.Window.Past), options.Window.Past, 0, 2);
        window.Range(nameof(options.Window.Future), options.Window.Future, 0, 1);
    }

    private static void Check(HotpOptions options, SettingsCheck check)
    {
        check.Range(nameof(options.Digits), options.Digits, 6, 8);
        check.Range(nameof(options.LookAhead), options.LookAhead, 0, 20);
        check.Range(nameof(options.ResyncWindow), options.ResyncWindow, 10, 200);
    }

    private static void Check(RecoveryCodesOptions options, SettingsCheck check) => check.Range(nameof(options.Count), options.Count, 2, 20);

    private static void CheckEnabled(MfaOptions options, IEnumerable<IMfaMethod> methods, SettingsCheck check)
    {
        var enabled = methods.Where(m => MethodRegistry.IsEnabled(m, options)).ToList();
        if (enabled.Count == 0) check.Fail($"no method is enabled; registered are {Names(methods)}.");
        else if (enabled.All(m => m.Traits.IsRecovery)) check.Fail($"{Names(enabled)} is for emergencies and needs another enabled method beside it; registered are {Names(methods)}.");
        else if (enabled.Where(m => !m.Traits.IsRecovery).All(m => m.Name == SmsMethod.MethodName)) CheckThatSmsIsAccepted(options, methods, check);
    }

    private static void CheckThatSmsIsAccepted(MfaOptions options, IEnumerable<IMfaMethod> methods, SettingsCheck check) => check.Below(nameof(options.Methods.Sms)).Must(
        options.Methods.Sms.AcceptRestrictedAuthenticator, nameof(options.Methods.Sms.AcceptRestrictedAuthenticator), false,
        $"text messages are a restricted authenticator (NIST SP 800-63B-4 section 3.2.9): offer a better method beside them, or accept the risk by true; registered are {Names(methods)}.");

    public static string Names(IEnumerable<IMfaMethod> methods) =>
        methods.Any() ? string.Join(", ", methods.Select(m => $"{m.Name} ({m.Traits.Strength})")) : "none";
}
