using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using MfaMiddleware.Policies;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Tests.Threats.Support;

/// <summary>
/// An authorization server with what a client may ask of the sign-in, and with every way in which a code can be sent back. Its users hold
/// cookies that no second factor stands behind: <c>Cookies</c> is exempt from the policy, its own scheme isn't.
/// </summary>
internal static class OpenIdServer
{
    public const string Scheme = "oidc";
    public const string Code = "the-code-itself";
    public const string Client = "https://one.example/cb";

    public static void Configure(TestHostOptions options)
    {
        options.Settings["Policy:Rules:0:Scheme"] = "Cookies";
        options.Settings["Policy:Rules:0:Mode"] = "Never";
        options.Settings["Policy:Enrollment:AllowStronger"] = "false";
        options.ServicesBefore = services => services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, Handler>(Scheme, null);
        options.Endpoints = app =>
        {
            app.MapGet("/connect/authorize", AuthorizeAsync);
            app.MapPost("/connect/token", async context =>
                await context.SignInAsync(Scheme, options.Principal((await context.Request.ReadFormAsync())["username"]!)));
        };
    }

    private static async Task AuthorizeAsync(HttpContext context)
    {
        var (query, session) = (context.Request.Query, await context.AuthenticateAsync());
        var isSilent = query["prompt"] == "none";
        if (session.Principal is not { } user)
        {
            context.Response.Redirect(isSilent ? $"{Client}?error=login_required" : "/login");
            return;
        }

        var properties = new AuthenticationProperties().OnMfaRequired(required => Answer(required, isSilent));
        TimeSpan? maxAge = int.TryParse(query["max_age"], CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;
        MfaStrength? strength = query["acr_values"] == "urn:mfa:3" ? MfaStrength.PhishingResistant : null;
        if (maxAge is not null || strength is not null) properties.RequireMfa(maxAge, strength);
        await context.SignInAsync(Scheme, user, properties);
        if (query["response_mode"] == "error_page")
        {
            // Something else of the host went wrong, and its page says where the browser should have gone.
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await context.Response.WriteAsync($"We could not send you to {context.Response.Headers.Location}");
        }
    }

    private static Task Answer(MfaRequiredContext required, bool isSilent)
    {
        if (required.Outcome == MfaOutcome.Denied) required.HttpContext.Response.Redirect($"{Client}?error=unmet_authentication_requirements");
        else if (isSilent) required.HttpContext.Response.Redirect($"{Client}?error=interaction_required");
        else required.LeaveToGate();
        return Task.CompletedTask;
    }

    private sealed class Handler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : SignInAuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());

        protected override async Task HandleSignInAsync(ClaimsPrincipal user, AuthenticationProperties? properties)
        {
            Response.Headers["X-Acr"] = user.FindFirst("acr")!.Value;
            switch (Request.Query["response_mode"])
            {
                case "form_post":
                    Response.ContentType = "text/html";
                    await Response.WriteAsync($"<form method=post action=\"{Client}\"><input name=code value=\"{Code}\"></form>");
                    break;
                case "fragment":
                    Response.Redirect($"{Client}#code={Code}");
                    break;
                default:
                    Response.Redirect($"{Client}?code={Code}");
                    break;
            }
        }

        protected override Task HandleSignOutAsync(AuthenticationProperties? properties) => Task.CompletedTask;
    }
}
