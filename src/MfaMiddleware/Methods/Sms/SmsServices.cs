using MfaMiddleware.Factors;
using MfaMiddleware.Methods.Sms.Senders;
using MfaMiddleware.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Methods.Sms;

/// <summary>The parts of the method; whether it is on is asked of the settings.</summary>
internal static class SmsServices
{
    public static void AddServices(IServiceCollection services)
    {
        SmsHttpClient.AddServices(services);
        services.TryAddSingleton<ISendBudgetStore, InMemorySendBudgetStore>();
        services.AddSingleton<SmsBudgets>();
        services.AddSingleton(sp => new SmsFraudBreaker(MfaSettings.Of(sp), sp.GetRequiredService<MfaEvents>, sp.GetRequiredService<TimeProvider>()));
        services.AddSingleton(new SmsOutbox());
        services.AddSingleton<DevelopmentSmsSender>();
        services.AddSingleton(sp => new TwilioSmsSender(sp.GetRequiredService<SmsHttpClient>(), MfaSettings.Of(sp)));
        services.AddSingleton(sp => new HttpSmsSender(sp.GetRequiredService<SmsHttpClient>(), MfaSettings.Of(sp)));
        services.AddSingleton(sp => new SmsSenderChain(
            sp, MfaSettings.Of(sp), sp.GetRequiredService<TimeProvider>(), sp.GetRequiredService<ILogger<SmsSenderChain>>()));
        services.AddSingleton(MakeCodeSender);
        services.AddSingleton<IMfaMethod>(sp => new SmsMethod(MfaSettings.Of(sp), sp.GetRequiredService<MfaSecretProtector>(), sp.GetRequiredService<SmsCodeSender>(), sp.GetRequiredService<LookupHasher>()));
        services.AddSingleton<SmsStartup>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMfaEventSink, NumberChangeNotice>());
    }

    private static SmsCodeSender MakeCodeSender(IServiceProvider services) => new(
        MfaSettings.Of(services),
        services.GetRequiredService<LookupHasher>(),
        services.GetRequiredService<SmsBudgets>(),
        services.GetRequiredService<SmsFraudBreaker>(),
        services.GetRequiredService<SmsSenderChain>(),
        services.GetRequiredService<IHostEnvironment>().ApplicationName);
}
