using MfaMiddleware;
using MfaMiddleware.Methods.Sms;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Redis;
using MfaMiddleware.Redis.Connection;
using MfaMiddleware.Redis.PendingSessions;
using MfaMiddleware.Redis.SendBudgets;
using MfaMiddleware.Redis.Startup;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps pending sessions and send budgets on Redis, so that an app of several nodes needs no session affinity.</summary>
public static class MfaRedisBuilderExtensions
{
    /// <summary>On the Redis of the section <c>Mfa:Redis</c>: see <see cref="MfaRedisOptions"/>.</summary>
    /// <param name="builder">What <c>AddMfa()</c> returned.</param>
    /// <returns>The builder.</returns>
    public static MfaBuilder AddRedisPendingSessions(this MfaBuilder builder) => Add(builder, new RedisSource(OfHost: null));

    /// <summary>On the Redis of a configuration string; the other settings are those of the section <c>Mfa:Redis</c>.</summary>
    /// <param name="builder">What <c>AddMfa()</c> returned.</param>
    /// <param name="configuration">As StackExchange.Redis writes it, for example <c>redis.example.com:6380,ssl=true,password=…</c>.</param>
    /// <returns>The builder.</returns>
    public static MfaBuilder AddRedisPendingSessions(this MfaBuilder builder, string configuration)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(configuration);
        Add(builder, new RedisSource(OfHost: null));
        builder.Services.Configure<MfaRedisOptions>(options => options.Configuration = configuration);
        return builder;
    }

    /// <summary>
    /// Over a connection of the host's own, which the host makes (with <c>abortConnect=false</c>) and ends. It is used as it is: where it hangs, nothing here
    /// makes it anew.
    /// </summary>
    /// <param name="builder">What <c>AddMfa()</c> returned.</param>
    /// <param name="multiplexer">Gives the connection.</param>
    /// <returns>The builder.</returns>
    public static MfaBuilder AddRedisPendingSessions(this MfaBuilder builder, Func<IServiceProvider, IConnectionMultiplexer> multiplexer)
    {
        ArgumentNullException.ThrowIfNull(multiplexer);
        return Add(builder, new RedisSource(multiplexer));
    }

    private static MfaBuilder Add(MfaBuilder builder, RedisSource source)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<MfaRedisOptions>()
            .Configure<IServiceProvider>((options, sp) => sp.GetService<IConfiguration>()?.GetSection("Mfa:Redis").Bind(options)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MfaRedisOptions>, MfaRedisOptionsValidator>());
        // The call made last says where Redis is, and the store named last is the store.
        services.Replace(ServiceDescriptor.Singleton(source));
        services.TryAddSingleton<RedisConnector>();
        services.TryAddSingleton<RedisConnection>();
        services.TryAddSingleton<RedisCaller>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RedisKeeper>());
        services.Replace(ServiceDescriptor.Singleton<IPendingSessionStore, RedisPendingSessionStore>());
        services.Replace(ServiceDescriptor.Singleton<ISendBudgetStore, RedisSendBudgetStore>());
        return builder;
    }
}
