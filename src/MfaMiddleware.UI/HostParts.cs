using System.Reflection;
using MfaMiddleware.UI.Pages;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.UI;

/// <summary>The application parts in which the view engine finds views.</summary>
internal static class HostParts
{
    /// <summary>
    /// An app that renders nothing else may have a name that is no assembly's; the framework would fail to look for its views there, so it
    /// gets a list without them.
    /// </summary>
    public static void Prepare(IServiceCollection services)
    {
        if (services.Any(d => d.ServiceType == typeof(ApplicationPartManager))) return;
        var name = services.LastOrDefault(d => d.ServiceType == typeof(IWebHostEnvironment))?.ImplementationInstance is IWebHostEnvironment environment
            ? environment.ApplicationName
            : null;
        if (!string.IsNullOrEmpty(name) && !IsAssembly(name)) services.AddSingleton(new ApplicationPartManager());
    }

    /// <summary>Adds our own views behind the host's: of two with one path the first is taken.</summary>
    public static void AddOurs(ApplicationPartManager manager)
    {
        var assembly = typeof(MfaPages).Assembly;
        var name = assembly.GetName().Name;
        if (manager.ApplicationParts.Any(p => p is IRazorCompiledItemProvider && p.Name == name)) return;
        foreach (var part in ApplicationPartFactory.GetApplicationPartFactory(assembly).GetApplicationParts(assembly)) manager.ApplicationParts.Add(part);
    }

    private static bool IsAssembly(string name)
    {
        try
        {
            return Assembly.Load(new AssemblyName(name)) is not null;
        }
        catch (Exception e) when (e is IOException or BadImageFormatException)
        {
            return false;
        }
    }
}
