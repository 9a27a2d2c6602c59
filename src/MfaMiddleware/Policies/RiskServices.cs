using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Replay;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.Policies.Signals.Addresses;
using MfaMiddleware.Policies.Signals.Geo;
using MfaMiddleware.Telemetry;
using MfaMiddleware.TrustedDevices;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Policies;

/// <summary>The services of stage 2: policies, signals, histories, devices.</summary>
internal static class RiskServices
{
    public static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<PolicyEngine>();
        services.AddSingleton<DecisionMaker>();
        services.AddAddressLists().AddGeo();
        services.AddSingleton<NetworkActivity>();
        services.AddSingleton<ShippedSignals>();
        services.AddSingleton<RiskEngine>();
        services.AddSingleton<StoredFacts>();
        services.AddSingleton<RiskInquiries>();
        services.AddSingleton<HistoryProtector>();
        services.AddSingleton<HistoryKeeper>();
        services.AddSingleton<HistorySweep>();
        services.AddSingleton<HistoryWriter>();
        services.AddSingleton<SignInRecorder>();
        services.AddSingleton<IMfaEventSink, AccountChanges>();
        DeviceServices.AddServices(services);
        services.AddSingleton(sp => new MfaHistoryAdministration(
            sp.GetRequiredService<HistoryKeeper>(), sp.GetRequiredService<MfaEvents>(), sp.GetRequiredService<TimeProvider>()));
        services.AddSingleton(sp => new MfaPolicyReplay(sp));
        services.AddSingleton(sp => new MfaRiskReports(
            sp.GetRequiredService<HistoryKeeper>(), sp.GetRequiredService<HistoryWriter>(), sp.GetRequiredService<NetworkActivity>(), sp.GetRequiredService<TimeProvider>()));
    }
}
