using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Tests.Snippets;

/// <summary>The examples of docs/suspicious.md.</summary>
internal static class Suspicious
{
    public static void RegistersASignal(WebApplicationBuilder builder)
    {
        builder.Services.AddMfa().AddRiskSignal<NightSignal>(weight: 30);
    }

    public static void TrustsItsProxy(WebApplicationBuilder builder, WebApplication app)
    {
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            options.KnownProxies.Add(IPAddress.Parse("10.0.0.7"));
        });
        // …
        app.UseForwardedHeaders();
    }

    public static async Task ReportsAsync(HttpContext context, User? user, string typedName)
    {
        context.ReportFailedSignIn(user?.Id, typedName);
        if (user is null) return;
        await context.ReportPasswordChangedAsync(user.Id);
        await context.ReportPasswordChangedAsync(user.Id, wasReset: true);
        await context.ReportSignedOutEverywhereAsync(user.Id);
    }

    internal sealed record User(string Id);
}
