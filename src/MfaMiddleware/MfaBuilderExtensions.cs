using MfaMiddleware;
using MfaMiddleware.Completion;
using MfaMiddleware.Factors;
using MfaMiddleware.Interposition;
using MfaMiddleware.Methods;
using MfaMiddleware.Methods.Sms;
using MfaMiddleware.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The parts that a host can add.</summary>
public static class MfaBuilderExtensions
{
    /// <summary>Adds a method; its name must not be taken.</summary>
    /// <typeparam name="T">The method.</typeparam>
    /// <param name="builder">What <c>AddMfa()</c> returned.</param>
    /// <returns>The builder.</returns>
    public static MfaBuilder AddMethod<T>(this MfaBuilder builder)
        where T : class, IMfaMethod
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IMfaMethod, T>());
        return builder;
    }

    /// <summary>Adds a sender of text messages; it is tried before those of <c>Mfa:Methods:Sms:Sender</c>, in the order of the calls.</summary>
    /// <typeparam name="T">The sender.</typeparam>
    /// <param name="builder">What <c>AddMfa()</c> returned.</param>
    /// <returns>The builder.</returns>
    public static MfaBuilder AddSmsSender<T>(this MfaBuilder builder)
        where T : class, ISmsSender
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ISmsSender, T>());
        return builder;
    }

    /// <summary>Adds a sink for the audit events.</summary>
    /// <typeparam name="T">The sink.</typeparam>
    /// <param name="builder">What <c>AddMfa()</c> returned.</param>
    /// <returns>The builder.</returns>
    public static MfaBuilder AddEventSink<T>(this MfaBuilder builder)
        where T : class, IMfaEventSink
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IMfaEventSink, T>());
        return builder;
    }

    /// <summary>Adds who tells users what happened to their account.</summary>
    /// <typeparam name="T">The notifier.</typeparam>
    /// <param name="builder">What <c>AddMfa()</c> returned.</param>
    /// <returns>The builder.</returns>
    public static MfaBuilder AddNotifier<T>(this MfaBuilder builder)
        where T : class, IMfaNotifier
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IMfaNotifier, T>());
        return builder;
    }

    /// <summary>Keeps factors in memory: for a first try. The start fails outside Development, where they would be lost with a restart.</summary>
    /// <param name="builder">What <c>AddMfa()</c> returned.</param>
    /// <returns>The builder.</returns>
    public static MfaBuilder AddInMemoryFactorStore(this MfaBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton<IMfaFactorStore, InMemoryFactorStore>());
        return builder;
    }

    /// <summary>
    /// Tells the realm (tenant) of a request; users of different realms share nothing, and a session of one is none in another. Default: one realm. Whoever chooses
    /// the realm chooses whose factors are asked for: take a name from a list of your tenants, and never what the client sent. A host name comes in any case.
    /// </summary>
    /// <param name="builder">What <c>AddMfa()</c> returned.</param>
    /// <param name="resolve">Gives the realm's name.</param>
    /// <returns>The builder.</returns>
    public static MfaBuilder UseRealm(this MfaBuilder builder, Func<HttpContext, string> resolve)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton(new RealmResolver(resolve)));
        return builder;
    }

    /// <summary>Exempts a scheme from the gate: an intermediate step, never a session.</summary>
    /// <param name="builder">What <c>AddMfa()</c> returned.</param>
    /// <param name="scheme">The scheme.</param>
    /// <param name="reason">Why, for the start-up report.</param>
    /// <returns>The builder.</returns>
    public static MfaBuilder Exempt(this MfaBuilder builder, string scheme, string reason)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure<MfaOptions>(options => options.ExemptSchemes[scheme] = reason);
        return builder;
    }

    /// <summary>Adds the host's last word before a challenged sign-in completes: it may refuse the user, or refresh the principal.</summary>
    /// <param name="builder">What <c>AddMfa()</c> returned.</param>
    /// <param name="hook">Called for each captured sign-in, before the first of them is made.</param>
    /// <returns>The builder.</returns>
    public static MfaBuilder OnCompleting(this MfaBuilder builder, Func<MfaCompletingContext, Task> hook)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(new CompletionHook(hook));
        return builder;
    }
}
