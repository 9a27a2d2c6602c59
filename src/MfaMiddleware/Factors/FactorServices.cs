using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Factors;

/// <summary>The factor store under its budget, and what protects the secrets in it.</summary>
internal static class FactorServices
{
    public static void AddServices(IServiceCollection services)
    {
        // By a factory: a host without a store must read which line to add, not what the container's own validation says.
        services.AddSingleton(sp => new FactorStore(
            sp.GetService<IMfaFactorStore>() ?? throw new InvalidOperationException(FactorStore.Missing), sp.GetRequiredService<StoreBudget>(), sp.GetRequiredService<LastChanges>()));
        services.AddSingleton<LastChanges>();
        services.AddSingleton<MfaSecretProtector>();
        services.AddSingleton<KeyRingDescription>();
        services.AddSingleton(sp => new LookupHasher(
            sp.GetRequiredService<FactorStore>(), sp.GetRequiredService<IDataProtectionProvider>(), sp.GetRequiredService<KeyRingDescription>()));
    }
}
