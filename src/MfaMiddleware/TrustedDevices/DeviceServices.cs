using MfaMiddleware.Enrollment;
using MfaMiddleware.Factors;
using MfaMiddleware.Interposition;
using MfaMiddleware.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.TrustedDevices;

/// <summary>The services of devices.</summary>
internal static class DeviceServices
{
    public static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<DeviceCookie>();
        services.AddSingleton<DeviceMemory>();
        services.AddSingleton<DeviceList>();
        services.AddSingleton(sp => new MfaDeviceManager(
            sp.GetRequiredService<SignedInFinder>(),
            sp.GetRequiredService<ChangeRules>(),
            sp.GetRequiredService<FactorStore>(),
            sp.GetRequiredService<DeviceList>(),
            sp.GetRequiredService<DeviceCookie>(),
            sp.GetRequiredService<MfaEvents>(),
            sp.GetRequiredService<TimeProvider>()));
        services.AddSingleton(sp => new MfaDeviceAdministration(
            sp.GetRequiredService<DeviceList>(), sp.GetRequiredService<MfaEvents>(), sp.GetRequiredService<TimeProvider>()));
    }
}
