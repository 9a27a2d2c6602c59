using MfaMiddleware.Methods.Sms;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Redis.Connection;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Redis.Tests.Server;

/// <summary>A node of an app: a started host with the stores and nothing else, over a connection of its own.</summary>
internal sealed class RedisNode : IAsyncDisposable
{
    private readonly IHost _host;

    private RedisNode(IHost host, LogRecorder logs) => (_host, Logs) = (host, logs);

    public LogRecorder Logs { get; }

    public IServiceProvider Services => _host.Services;

    public IPendingSessionStore Sessions => Services.GetRequiredService<IPendingSessionStore>();

    public ISendBudgetStore Budgets => Services.GetRequiredService<ISendBudgetStore>();

    public static async Task<RedisNode> StartAsync(string configuration, Action<MfaRedisOptions>? configure = null, TimeProvider? clock = null, Action<MfaBuilder>? mfa = null)
    {
        var logs = new LogRecorder();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.AddProvider(logs).SetMinimumLevel(LogLevel.Information);
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        if (mfa is not null) mfa(new MfaBuilder(builder.Services));
        else new MfaBuilder(builder.Services).AddRedisPendingSessions(configuration);
        builder.Services.Configure<MfaRedisOptions>(options =>
        {
            // Far above the default of 1 s: 64 callers on a loaded machine may queue longer. Tests of the time that a call may take say so.
            options.CallTimeout = TimeSpan.FromSeconds(30);
            configure?.Invoke(options);
        });
        var host = builder.Build();
        await host.StartAsync();
        await ConnectedAsync(host.Services.GetRequiredService<RedisCaller>());
        return new(host, logs);
    }

    /// <summary>On a loaded machine the first connection may take longer than a call.</summary>
    private static async Task ConnectedAsync(RedisCaller caller)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await caller.ProbeAsync(default);
                return;
            }
            catch (RedisUnavailableException) when (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30))
            {
                // Again.
                await Task.Yield();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
