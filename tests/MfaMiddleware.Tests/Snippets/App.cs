using MfaMiddleware.Factors;
using MfaMiddleware.Methods.Sms;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies.Replay;
using MfaMiddleware.StepUp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace MfaMiddleware.Tests.Snippets;

/// <summary>The short examples of the README and the docs, which show lines of an app.</summary>
internal static class App
{
    public static void ReadmeRegisters(WebApplicationBuilder builder)
    {
        builder.Services.AddMfa().AddUI().AddEntityFrameworkStores(o => o.UseSqlite("Data Source=App_Data/mfa.db"));
    }

    public static void DocsKeepAllInPostgres(WebApplicationBuilder builder)
    {
        builder.Services.AddMfa().AddUI()
            .AddEntityFrameworkStores(o => o.UseNpgsql(builder.Configuration.GetConnectionString("Mfa")))
            .AddEntityFrameworkPendingSessions();
    }

    public static void ReadmeMaps(WebApplication app)
    {
        app.MapMfa();
        app.MapPost("/transfer", Transfer).RequireMfa(maxAge: TimeSpan.FromMinutes(5));
    }

    public static void DocsRegisterStores<MyFactorStore, MyPendingSessionStore>(WebApplicationBuilder builder)
        where MyFactorStore : class, IMfaFactorStore
        where MyPendingSessionStore : class, IPendingSessionStore
    {
        builder.Services.AddSingleton<IMfaFactorStore, MyFactorStore>();
        builder.Services.AddSingleton<IPendingSessionStore, MyPendingSessionStore>();
    }

    public static void DocsKeepSessionsOnRedis<AppDb>(WebApplicationBuilder builder)
        where AppDb : DbContext
    {
        builder.Services.AddMfa().AddEntityFrameworkStores<AppDb>().AddRedisPendingSessions();
    }

    public static void DocsKeepSessionsOnTheHostsRedis(WebApplicationBuilder builder)
    {
        builder.Services.AddMfa().AddRedisPendingSessions(services => services.GetRequiredService<IConnectionMultiplexer>());
        builder.Services.AddHealthChecks().AddMfaRedis();
    }

    public static void DocsRegisterASender<MySmsSender>(WebApplicationBuilder builder)
        where MySmsSender : class, ISmsSender
    {
        builder.Services.AddMfa().AddSmsSender<MySmsSender>();
    }

    public static async Task DocsRunACommandAsync(WebApplication app, string[] args)
    {
        if (await app.RunMfaCommandAsync(args)) return;
        await app.RunAsync();
    }

    public static async Task<MfaReplayReport> DocsReplayAsync(MfaPolicyReplay replay, CancellationToken cancellationToken)
    {
        var report = await replay.RunAsync(options => options.Policy.Signals.Threshold = 70, new MfaReplayRequest(), cancellationToken);
        return report;
    }

    public static void DocsCheckHealth(WebApplicationBuilder builder, WebApplication app)
    {
        builder.Services.AddHealthChecks().AddMfa();
        // …
        app.MapHealthChecks("/healthz").AllowAnonymous();
    }

    private static string Transfer() => "done";

    internal sealed class TransferController : Controller
    {
        [RequireMfa(MaxAgeSeconds = 300)]
        public IActionResult Transfer() => View();
    }
}
