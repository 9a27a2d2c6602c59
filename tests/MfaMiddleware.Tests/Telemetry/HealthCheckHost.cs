using System.Text.Json.Nodes;
using MfaMiddleware.Tests.Threats.Support;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MfaMiddleware.Tests.Telemetry;

/// <summary>An app that needs no MFA, with stores that can be broken, its status at /healthz and all that the checks found at /healthz/all.</summary>
internal static class HealthCheckHost
{
    public static Task<TestHost> StartAsync(Action<CountingFactorStore>? prepare = null) => TestHost.StartAsync(options =>
    {
        options.Settings["Policy:Mode"] = "Never";
        options.ServicesAfter = services =>
        {
            CountingFactorStore.Use(services);
            RecordingPendingStore.Use(services);
            services.AddHealthChecks().AddMfa();
        };
        options.Pipeline = app => prepare?.Invoke(app.Services.GetRequiredService<CountingFactorStore>());
        options.Endpoints = app =>
        {
            app.MapHealthChecks("/healthz").AllowAnonymous();
            app.MapHealthChecks("/healthz/all", new HealthCheckOptions { ResponseWriter = WriteAllAsync });
        };
    });

    /// <summary>The checks that aren't healthy, with what they say.</summary>
    public static async Task<Dictionary<string, string>> FindUnhealthyAsync(this MfaClient client) =>
        (await client.GetAsync("/healthz/all")).Json.Where(c => (string)c.Value!["status"]! != nameof(HealthStatus.Healthy)).ToDictionary(c => c.Key, c => (string)c.Value!["says"]!);

    private static Task WriteAllAsync(HttpContext context, HealthReport report) => context.Response.WriteAsync(new JsonObject(report.Entries.Select(e => KeyValuePair.Create(
        e.Key,
        (JsonNode?)new JsonObject
        {
            ["status"] = e.Value.Status.ToString(),
            ["says"] = e.Value.Description + string.Concat(e.Value.Data.Select(d => $" {d.Key}={d.Value}")),
            ["cause"] = e.Value.Exception?.GetType().Name,
            ["tags"] = string.Join(' ', e.Value.Tags),
        }))).ToJsonString());
}
