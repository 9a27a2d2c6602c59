using System.Text.Json.Nodes;
using MfaMiddleware.Redis.Tests.Faults;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Startup;

/// <summary>What the health checks of an app with its pending sign-ins on Redis say, as a load balancer asks for it.</summary>
public sealed class HealthCheckTests
{
    [Fact]
    public async Task PendingSessionsAndRedis_AreAskedOverTheNetwork_AndBothUnhealthyWhereItIsDead()
    {
        await using var server = await RedisServer.StartAsync();
        await using var host = await StartAsync(server.Address);
        using var client = host.Client();
        // The very first connection may take longer than a call.
        await UntilUnhealthyAsync(client, []);

        var before = await server.ScriptCallsAsync();
        Assert.Equal(200, (await client.GetAsync("/healthz")).Status);
        // One script of each of the two.
        Assert.InRange(await server.ScriptCallsAsync(), before + 2, int.MaxValue);

        await server.KillAsync();
        Assert.Equal(503, (await client.GetAsync("/healthz")).Status);
        await UntilUnhealthyAsync(client, ["mfa-pending-sessions", "mfa-redis"]);
        // A load balancer that leaves the checks of MFA out keeps the node, for whoever needs no MFA.
        Assert.Equal(200, (await client.GetAsync("/healthz/balancer")).Status);

        await server.RunAsync();
        await UntilUnhealthyAsync(client, []);
    }

    private static Task<TestHost> StartAsync(string redis) => RedisHosts.StartAsync(redis, options =>
    {
        options.ServicesAfter = services => services.AddHealthChecks().AddMfa().AddMfaRedis();
        options.Endpoints = app =>
        {
            app.MapHealthChecks("/healthz").AllowAnonymous();
            app.MapHealthChecks("/healthz/all", new HealthCheckOptions { ResponseWriter = WriteAsync }).AllowAnonymous();
            app.MapHealthChecks("/healthz/balancer", new HealthCheckOptions { Predicate = check => !check.Tags.Contains("mfa") }).AllowAnonymous();
        };
    });

    private static async Task UntilUnhealthyAsync(MfaClient client, string[] expected)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var reply = await client.GetAsync("/healthz/all");
            string[] unhealthy = [.. reply.Json["unhealthy"]!.AsArray().Select(name => (string)name!).Order()];
            if (unhealthy.SequenceEqual(expected)) return;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30), $"Still unhealthy: {string.Join(", ", unhealthy)}");
        }
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsync(new JsonObject
    {
        ["unhealthy"] = new JsonArray([.. report.Entries.Where(e => e.Value.Status is HealthStatus.Unhealthy).Select(e => JsonValue.Create(e.Key))]),
    }.ToJsonString());
}
