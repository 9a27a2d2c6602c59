using MfaMiddleware;
using MfaMiddleware.EntityFrameworkCore;
using MfaMiddleware.EntityFrameworkCore.Failover;
using MfaMiddleware.EntityFrameworkCore.Sqlite;
using MfaMiddleware.EntityFrameworkCore.Startup;
using MfaMiddleware.Factors;
using MfaMiddleware.PendingSessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the durable stores on Entity Framework Core.</summary>
public static class MfaEntityFrameworkBuilderExtensions
{
    /// <summary>
    /// Keeps factors in the host's own context, which has <c>modelBuilder.UseMfa()</c> in its <c>OnModelCreating</c>. Each call of the store
    /// works in a scope and a context of its own, never in the request's.
    /// </summary>
    /// <typeparam name="TContext">The context, registered by the host (<c>AddDbContext</c>).</typeparam>
    /// <param name="builder">What <c>AddMfa()</c> returned.</param>
    /// <returns>The builder.</returns>
    public static MfaBuilder AddEntityFrameworkStores<TContext>(this MfaBuilder builder)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        AddStore<TContext>(builder.Services);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ModelCheck<TContext>>());
        return builder;
    }

    /// <summary>
    /// Keeps factors in a context of MfaMiddleware's own (<see cref="MfaDbContext"/>), and makes its tables at start where they aren't there;
    /// other tables in the database don't matter.
    /// </summary>
    /// <param name="builder">What <c>AddMfa()</c> returned.</param>
    /// <param name="configure">The database, for example <c>o => o.UseSqlite("Data Source=App_Data/mfa.db")</c>.</param>
    /// <returns>The builder.</returns>
    public static MfaBuilder AddEntityFrameworkStores(this MfaBuilder builder, Action<DbContextOptionsBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddDbContextFactory<MfaDbContext>(options =>
        {
            configure(options);
            options.AddInterceptors(BusyTimeout);
        });
        AddStore<MfaDbContext>(builder.Services);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, TableCreation>());
        return builder;
    }

    /// <summary>
    /// Keeps pending sessions in the database of the factors too, so that an app of several nodes needs no session affinity. After
    /// <c>AddEntityFrameworkStores</c>, whose context it uses.
    /// </summary>
    /// <param name="builder">What <c>AddMfa()</c> returned.</param>
    /// <returns>The builder.</returns>
    public static MfaBuilder AddEntityFrameworkPendingSessions(this MfaBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var context = builder.Services.LastOrDefault(d => d.ServiceType == typeof(IMfaFactorStore))?.ImplementationType is { IsGenericType: true } store
            && store.GetGenericTypeDefinition() == typeof(EfFactorStore<>) ? store.GetGenericArguments()[0] : null;
        if (context is null) throw new InvalidOperationException("AddEntityFrameworkPendingSessions() goes after AddEntityFrameworkStores(…), whose context it uses.");

        builder.Services.Replace(ServiceDescriptor.Singleton(typeof(IPendingSessionStore), typeof(EfPendingSessionStore<>).MakeGenericType(context)));
        return builder;
    }

    private static readonly SqliteBusyTimeout BusyTimeout = new();

    private static void AddStore<TContext>(IServiceCollection services)
        where TContext : DbContext
    {
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<StoreRunner<TContext>>();
        services.TryAddSingleton<FailoverWatch<TContext>>();
        // The store named last is the store: a test's or a development set-up's replaces the one before.
        services.Replace(ServiceDescriptor.Singleton<IMfaFactorStore, EfFactorStore<TContext>>());
    }
}
