using MfaMiddleware.Factors;
using MfaMiddleware.Methods.AccessCode;
using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.Fido.Keys;
using MfaMiddleware.Methods.Hotp;
using MfaMiddleware.Methods.RecoveryCodes;
using MfaMiddleware.Methods.Sms;
using MfaMiddleware.Methods.Totp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MfaMiddleware.Methods;

/// <summary>The methods that come with the product; whether one is on is asked of the settings.</summary>
internal static class MethodServices
{
    public static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<MethodRegistry>();
        services.AddSingleton<IMfaMethod>(sp => new TotpMethod(
            MfaSettings.Of(sp), sp.GetRequiredService<MfaSecretProtector>(), sp.GetRequiredService<IHostEnvironment>().ApplicationName));
        services.AddSingleton<IMfaMethod>(sp => new HotpMethod(
            MfaSettings.Of(sp), sp.GetRequiredService<MfaSecretProtector>(), sp.GetRequiredService<IHostEnvironment>().ApplicationName));
        services.AddSingleton<SignatureKeyCache>();
        services.AddSingleton<IWebAuthnEngine, WebAuthnEngine>();
        services.AddSingleton(sp => new FidoPolicies(MfaSettings.Of(sp), sp.GetRequiredService<IHostEnvironment>().ApplicationName));
        services.AddSingleton<FidoFactor>();
        services.AddSingleton<IMfaMethod, FidoMethod>();
        SmsServices.AddServices(services);
        services.AddSingleton<IMfaMethod, RecoveryCodesMethod>();
        services.AddSingleton<IMfaMethod, AccessCodeMethod>();
        services.AddSingleton(sp => new RecoveryCodeIssuer(MfaSettings.Of(sp), sp.GetRequiredService<LookupHasher>()));
    }
}
