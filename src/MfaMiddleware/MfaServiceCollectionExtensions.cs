using MfaMiddleware;
using MfaMiddleware.Challenges;
using MfaMiddleware.Completion;
using MfaMiddleware.Endpoints;
using MfaMiddleware.Enrollment;
using MfaMiddleware.Factors;
using MfaMiddleware.Identity;
using MfaMiddleware.Interposition;
using MfaMiddleware.Methods;
using MfaMiddleware.Methods.Fido;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;
using MfaMiddleware.Policies.Replay;
using MfaMiddleware.StepUp;
using MfaMiddleware.Telemetry;
using MfaMiddleware.Verification;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds MfaMiddleware to an app that already signs people in.</summary>
public static class MfaServiceCollectionExtensions
{
    /// <summary>
    /// Puts multi-factor authentication between every sign-in of the app and its cookie or token. The settings are the section <c>Mfa</c> of
    /// the configuration; without it each sign-in is challenged and a first factor must be set up. May be called before or after the app's
    /// own <c>AddAuthentication</c>, and more than once.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Settings in code, after the configuration.</param>
    /// <returns>The builder, for stores, methods, policies and pages.</returns>
    public static MfaBuilder AddMfa(this IServiceCollection services, Action<MfaOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var builder = Add(services, configuration => configuration.GetSection(MfaOptions.Section));
        if (configure is not null) services.Configure(configure);
        return builder;
    }

    /// <summary>The same with the settings of another section.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">The section.</param>
    /// <returns>The builder.</returns>
    public static MfaBuilder AddMfa(this IServiceCollection services, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        return Add(services, _ => section);
    }

    private static MfaBuilder Add(IServiceCollection services, Func<IConfiguration, IConfigurationSection> section)
    {
        services.AddAuthentication();
        services.AddAuthorization();
        services.AddDataProtection();
        services.TryAddSingleton(TimeProvider.System);
        if (services.Any(d => d.ServiceType == typeof(MfaSettings))) return new MfaBuilder(services);

        AddSettings(services, section);
        AddInterposition(services);
        RiskServices.AddServices(services);
        AddPendingSessions(services);
        FactorServices.AddServices(services);
        MethodServices.AddServices(services);
        AddVerification(services);
        AddCompletion(services);
        AddStepUp(services);
        AddSelfService(services);
        MfaApi.AddServices(services);
        services.AddSingleton<MfaEndpointMap>();
        services.AddSingleton<MfaEvents>();
        services.AddSingleton<BypassAttempts>();
        services.AddSingleton<IMfaEventSink, OwnerNotices>();
        services.AddMetrics();
        services.AddSingleton<IMfaEventSink, MfaMetrics>();
        services.AddSingleton(MakeSignInManager);
        services.AddTransient<IStartupFilter, MfaStartupFilter>();
        return new MfaBuilder(services);
    }

    private static void AddSettings(IServiceCollection services, Func<IConfiguration, IConfigurationSection> section)
    {
        services.AddOptions<MfaOptions>();
        services.AddSingleton<IConfigureOptions<MfaOptions>>(sp => new SettingsSource(sp.GetRequiredService<IConfiguration>(), section));
        services.AddSingleton<IOptionsChangeTokenSource<MfaOptions>>(sp =>
            new ConfigurationChangeTokenSource<MfaOptions>(section(sp.GetRequiredService<IConfiguration>())));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MfaOptions>, MfaOptionsValidator>(
            sp => new MfaOptionsValidator(new RegisteredMethods(sp))));
        services.AddSingleton<MfaSettings>();
        services.AddSingleton(sp => new StoreBudget(MfaSettings.Of(sp), sp.GetRequiredService<TimeProvider>()));
    }

    private static void AddInterposition(IServiceCollection services)
    {
        services.Decorate<IAuthenticationService, MfaAuthenticationService>(InnerAuthentication.Key);
        services.TryAddSingleton(new RealmResolver(_ => ""));
        services.AddSingleton<SubjectReader>();
        services.AddSingleton<GatedSchemes>();
        services.AddSingleton<StampCodec>();
        services.AddSingleton<TicketStamper>();
        services.AddSingleton<SignInRequestReader>();
        services.AddSingleton<SignInPassThrough>();
        services.AddSingleton<SignInInterposer>();
        services.AddSingleton<SessionReader>();
        services.AddSingleton<OtherSessions>();
        services.AddSingleton<TokenMisuse>();
        services.AddSingleton<BrowserCookies>();
        services.AddSingleton<BrowserBinding>();
        services.AddSingleton<ProofCookie>();
        services.AddSingleton<ComeBackFinder>();
        services.AddSingleton<HeldSignInResponder>();
        services.AddSingleton<BearerRefreshTickets>();
        services.AddSingleton<StartupChecks>();
        services.AddSingleton<SchemeReport>();
        services.AddSingleton<PolicyReport>();
        services.AddSingleton<PasswordGrantReport>();
        services.AddSingleton<IPostConfigureOptions<BearerTokenOptions>, PostConfigureBearerTokenOptions>();
    }

    private static void AddPendingSessions(IServiceCollection services)
    {
        services.TryAddSingleton<IPendingSessionStore, InMemoryPendingSessionStore>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<SessionProtector>();
        services.AddSingleton<SessionMaker>();
        services.AddSingleton<SessionIds>();
        services.AddSingleton<SessionOpener>();
    }

    private static void AddVerification(IServiceCollection services) => services
        .AddSingleton<OfferMaker>()
        .AddSingleton<ChallengeStarter>()
        .AddSingleton<Attempts>()
        .AddSingleton<ClockWatch>()
        .AddSingleton<AnswerChecker>()
        .AddSingleton<EnrollmentDrafter>()
        .AddSingleton<EnrollmentStarter>()
        .AddSingleton<EnrollmentVerifier>()
        .AddSingleton<Verifier>();

    private static void AddCompletion(IServiceCollection services) => services
        .AddSingleton(new CompletionHook(new IdentityCompletionCheck(services).RunAsync))
        .AddSingleton<CompletionHooks>()
        .AddSingleton<ComeBackMaker>()
        .AddSingleton<SignInCompleter>();

    private static void AddStepUp(IServiceCollection services)
    {
        services.AddSingleton<SignedInFinder>();
        services.AddSingleton<ProofRenewal>();
        services.AddSingleton<StepUpStarter>();
        services.AddSingleton<StepUpNeeds>();
        services.AddSingleton<KeptForms>();
        services.AddSingleton<StepUpGuard>();
        services.AddSingleton<RequireMfaCheck>();
        services.AddSingleton<StepUpResponder>();
        services.AddSingleton<InsufficientAuthentication>();
        services.AddSingleton<IAuthorizationHandler, MfaRequirementHandler>();
        services.Decorate<IAuthorizationMiddlewareResultHandler, StepUpResultHandler>(StepUpResultHandler.InnerKey);
    }

    private static void AddSelfService(IServiceCollection services)
    {
        services.AddSingleton<ChangeRules>();
        services.AddSingleton<SelfEnrollment>();
        services.AddSingleton<FactorChanges>();
        services.AddSingleton<Resynchronizer>();
        services.AddSingleton(MakeFactorManager);
        services.AddSingleton(sp => new MfaFactorAdministration(
            sp.GetRequiredService<FactorStore>(),
            sp.GetRequiredService<LookupHasher>(),
            sp.GetRequiredService<FidoFactor>(),
            sp.GetRequiredService<MethodRegistry>(),
            sp.GetRequiredService<MfaSettings>(),
            sp.GetRequiredService<MfaEvents>(),
            sp.GetRequiredService<TimeProvider>()));
    }

    private static MfaSignInManager MakeSignInManager(IServiceProvider services) => new(
        services.GetRequiredService<SessionOpener>(),
        services.GetRequiredService<SessionStore>(),
        services.GetRequiredService<FactorStore>(),
        services.GetRequiredService<OfferMaker>(),
        services.GetRequiredService<Verifier>(),
        services.GetRequiredService<EnrollmentStarter>(),
        services.GetRequiredService<ChallengeStarter>(),
        services.GetRequiredService<SignInCompleter>(),
        services.GetRequiredService<ComeBackMaker>(),
        services.GetRequiredService<ProofCookie>(),
        services.GetRequiredService<StepUpGuard>(),
        services.GetRequiredService<BrowserBinding>(),
        services.GetRequiredService<BypassAttempts>(),
        services.GetRequiredService<MfaSettings>());

    private static MfaFactorManager MakeFactorManager(IServiceProvider services) => new(
        services.GetRequiredService<SignedInFinder>(),
        services.GetRequiredService<ChangeRules>(),
        services.GetRequiredService<FactorStore>(),
        services.GetRequiredService<FactorChanges>(),
        services.GetRequiredService<SelfEnrollment>(),
        services.GetRequiredService<Resynchronizer>(),
        services.GetRequiredService<ProofRenewal>(),
        services.GetRequiredService<MethodRegistry>(),
        services.GetRequiredService<StepUpResponder>(),
        services.GetRequiredService<MfaSettings>());
}
