using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc.Authorization;

namespace MfaMiddleware.PagesApp;

/// <summary>
/// An MVC app that puts the pages into its own layout, replaces one of them and a part of others with views of its own tree, and closes
/// everything to strangers twice over: with a filter and with a fallback policy.
/// </summary>
public static class PagesHost
{
    public static WebApplication Create(params string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = typeof(PagesHost).Assembly.GetName().Name,
            EnvironmentName = "Development",
        });
        builder.Logging.ClearProviders();
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.AddControllersWithViews(options => options.Filters.Add(new AuthorizeFilter()));
        builder.Services.AddMfa().AddInMemoryFactorStore().AddUI(ui => ui.Layout = "/Views/Shared/_Site.cshtml");

        var app = builder.Build();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapDefaultControllerRoute();
        app.MapMfa();
        return app;
    }
}
