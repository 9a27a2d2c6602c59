using MfaMiddleware.Policies.Signals.Files;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Policies.Signals.Geo;

/// <summary>Registers the locator of the settings' file.</summary>
internal static class GeoServices
{
    public static IServiceCollection AddGeo(this IServiceCollection services)
    {
        services.AddFileReport();
        services.AddSingleton(sp => SignalFiles.Of(sp, GeoFile.Read));
        services.AddSingleton<IValidateOptions<MfaOptions>, GeoFileCheck>();
        services.TryAddSingleton<IGeoLocator>(sp => new FileGeoLocator(MfaSettings.Of(sp), sp.GetRequiredService<WatchedFiles<GeoData>>()));
        return services;
    }
}
