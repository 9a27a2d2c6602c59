using MfaMiddleware.UI.Assets;
using MfaMiddleware.UI.Pages.Setup;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.UI.Pages;

/// <summary>The addresses of the pages, base path and PathBase included.</summary>
internal sealed class PageLinks(
    LinkGenerator links, PageAssets assets, IAuthenticationSchemeProvider schemes, IOptionsMonitor<CookieAuthenticationOptions> cookies)
{
    public const string VerifyName = "Mfa.Pages.Verify";
    public const string SetupName = "Mfa.Pages.Setup";
    public const string CodesName = "Mfa.Pages.Codes";
    public const string ManageName = "Mfa.Pages.Manage";
    public const string AddName = "Mfa.Pages.Add";
    public const string AssetName = "Mfa.Pages.Asset";

    public string Verify(HttpContext context, string? id, AskedWay? way = null, bool remembers = false, string? notice = null) =>
        To(context, VerifyName, new { id, method = way?.Method, factor = way?.FactorId, remember = remembers ? "on" : null, notice });

    public string Setup(HttpContext context, string? id, string? step = null) => To(context, SetupName, new { id, step });

    /// <summary>A step of the set-up with a notice; whoever is at the last one has saved the codes.</summary>
    public string SetupAgain(HttpContext context, string id, string step, string notice) =>
        To(context, SetupName, new { id, step, saved = step == SetupPresenter.Confirm ? "on" : null, notice });

    public string Codes(HttpContext context, string id) => To(context, CodesName, new { id });

    public string Manage(HttpContext context, string? done = null) => To(context, ManageName, new { done });

    public string Add(HttpContext context, string? id) => To(context, AddName, new { id });

    public string Asset(HttpContext context, string file) => To(context, AssetName, new { file = assets.NameOf(file) });

    /// <summary>The root of the app.</summary>
    public static string Home(HttpContext context) => context.Request.PathBase.Add("/").Value!;

    /// <summary>
    /// Where the app signs people in, as its cookie scheme knows it, and from there to where the browser wanted to go; else the root of the app, which knows the way.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="pending">What they were signing in to: an app with several schemes has several places. Null where nothing is left of it.</param>
    public async Task<string> SignInAsync(HttpContext context, MfaPendingSignIn? pending = null)
    {
        var own = pending is null ? null : CookieOf(await schemes.GetSchemeAsync(pending.Scheme));
        // The framework's default is no choice of the app's: where a remote handler signs in to the cookie, nothing may be there.
        var options = own is { LoginPath.HasValue: true } && own.LoginPath != CookieAuthenticationDefaults.LoginPath ? own : CookieOf(await schemes.GetDefaultChallengeSchemeAsync());
        if (options is not { LoginPath.HasValue: true }) return Home(context);
        var path = context.Request.PathBase.Add(options.LoginPath).Value!;
        return pending?.AskedUrl is { } asked && asked != Home(context) ? QueryHelpers.AddQueryString(path, options.ReturnUrlParameter, asked) : path;
    }

    private CookieAuthenticationOptions? CookieOf(AuthenticationScheme? scheme) =>
        scheme is not null && typeof(CookieAuthenticationHandler).IsAssignableFrom(scheme.HandlerType) ? cookies.Get(scheme.Name) : null;

    private string To(HttpContext context, string name, object values) =>
        links.GetPathByName(context, name, values) ?? throw new InvalidOperationException("The pages need app.MapMfa().");
}
