using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace MfaMiddleware.Policies.Signals.Files;

/// <summary>Registers a kind of files.</summary>
internal static class SignalFiles
{
    public static WatchedFiles<T> Of<T>(IServiceProvider services, Func<FileStream, T> read)
        where T : class => new(
        services.GetService<IHostEnvironment>()?.ContentRootPath ?? AppContext.BaseDirectory,
        read,
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<FileReport>());

    public static IServiceCollection AddFileReport(this IServiceCollection services)
    {
        services.TryAddSingleton<FileReport>();
        return services;
    }
}
