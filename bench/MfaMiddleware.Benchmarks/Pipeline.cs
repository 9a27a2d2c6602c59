using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Benchmarks;

/// <summary>Builds the pipeline of an app as a host does: its startup filters around its own part.</summary>
internal sealed record Pipeline(RequestDelegate Run, IServiceProvider Services)
{
    public static Pipeline Build(bool withMfa, Action<IApplicationBuilder> configure)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Logging.ClearProviders();
        builder.Services.AddAuthentication("Cookies").AddCookie();
        if (withMfa) builder.Services.AddMfa().AddInMemoryFactorStore();

        var host = builder.Build();
        if (withMfa) host.MapMfa();

        foreach (var filter in host.Services.GetServices<IStartupFilter>().Reverse()) configure = filter.Configure(configure);
        var app = new ApplicationBuilder(host.Services);
        configure(app);
        return new Pipeline(app.Build(), host.Services);
    }
}
