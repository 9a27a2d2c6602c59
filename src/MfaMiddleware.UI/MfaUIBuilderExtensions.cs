using MfaMiddleware;
using MfaMiddleware.UI;
using MfaMiddleware.UI.Assets;
using MfaMiddleware.UI.Pages;
using MfaMiddleware.UI.Pages.Continue;
using MfaMiddleware.UI.Pages.Manage;
using MfaMiddleware.UI.Pages.Notices;
using MfaMiddleware.UI.Pages.Setup;
using MfaMiddleware.UI.Pages.Verify;
using MfaMiddleware.UI.Qr;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the pages of MfaMiddleware.</summary>
public static class MfaUIBuilderExtensions
{
    /// <summary>
    /// Adds the pages, which <c>MapMfa()</c> maps: challenge, set-up, recovery codes, manage. A page or part of one is replaced by a view of
    /// the same path in the app, for example <c>/Views/Mfa/Verify.cshtml</c>.
    /// </summary>
    /// <param name="builder">What <c>AddMfa()</c> returned.</param>
    /// <param name="configure">The layout.</param>
    /// <returns>The builder.</returns>
    public static MfaBuilder AddUI(this MfaBuilder builder, Action<MfaUIOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (configure is not null) builder.Services.Configure(configure);
        if (builder.Services.Any(d => d.ServiceType == typeof(PageWriter))) return builder;

        AddViews(builder.Services);
        AddPages(builder.Services);
        builder.Services.TryAddSingleton<IQrRenderer, SvgQrRenderer>();
        return builder;
    }

    /// <summary>The view engine alone: no controller or page of the host is mapped by it.</summary>
    private static void AddViews(IServiceCollection services)
    {
        services.AddLocalization();
        services.AddAntiforgery();
        HostParts.Prepare(services);
        services.AddMvcCore().AddViews().AddRazorViewEngine().ConfigureApplicationPartManager(HostParts.AddOurs);
    }

    private static void AddPages(IServiceCollection services) => services
        .AddSingleton<IMfaPages, MfaPages>()
        .AddSingleton<PageAssets>()
        .AddSingleton<PageLinks>()
        .AddSingleton<PageBrand>()
        .AddSingleton<PageWriter>()
        .AddSingleton<PendingAntiforgery>()
        .AddSingleton<PageSession>()
        .AddSingleton<ProblemPage>()
        .AddSingleton<ContinuePage>()
        .AddSingleton<AnswerPresenter>()
        .AddSingleton<NoticeSeal>()
        .AddSingleton<PageNotices>()
        .AddSingleton<VerifyPresenter>()
        .AddSingleton<VerifyPage>()
        .AddSingleton<SetupPresenter>()
        .AddSingleton<SetupPage>()
        .AddSingleton<ManageOutcome>()
        .AddSingleton<ManagePage>()
        .AddSingleton<AddPage>();
}
