using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Tests.Completion;

/// <summary>
/// An authorization server as small as one can be: it signs in to a scheme of its own, whose handler reads the request and answers with a code,
/// and signs in to it again when the code is redeemed.
/// </summary>
internal static class CodeServer
{
    public const string Scheme = "code";
    public const string Authorize = "/authorize?user=alice&client_id=one&redirect_uri=https%3A%2F%2Fone.example%2Fcb&state=s";

    public static void Configure(TestHostOptions options, Action<AuthenticationProperties>? change = null)
    {
        options.ServicesBefore = services => services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, CodeHandler>(Scheme, null);
        options.Endpoints = app =>
        {
            app.MapMethods("/authorize", ["GET", "POST"], context => SignInAsync(context, Scheme, change));
            app.MapPost("/both", async context =>
            {
                await SignInAsync(context, "Cookies", null);
                await SignInAsync(context, Scheme, change);
            });
            app.MapPost("/redeem", RedeemAsync);
        };

        async Task SignInAsync(HttpContext context, string scheme, Action<AuthenticationProperties>? set)
        {
            var properties = new AuthenticationProperties();
            set?.Invoke(properties);
            await context.SignInAsync(scheme, options.Principal(await ValueAsync(context, "user")), properties);
        }
    }

    public static async Task<string> ValueAsync(HttpContext context, string name) =>
        (context.Request.HasFormContentType ? (string?)(await context.Request.ReadFormAsync())[name] : null) ?? context.Request.Query[name].ToString();

    /// <summary>The claims of a code's principal, the private ones too, as a server keeps them.</summary>
    private static async Task RedeemAsync(HttpContext context)
    {
        var claims = await context.Request.ReadFromJsonAsync<Dictionary<string, string[]>>();
        var identity = new ClaimsIdentity(claims!.SelectMany(c => c.Value.Select(v => new Claim(c.Key, v))), "code", "name", "role");
        await context.SignInAsync(Scheme, new ClaimsPrincipal(identity));
    }
}

/// <summary>Answers a sign-in with the claims that its code stands for, in the place of a redirect.</summary>
internal sealed class CodeHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : SignInAuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());

    protected override async Task HandleSignInAsync(ClaimsPrincipal user, AuthenticationProperties? properties)
    {
        var claims = user.Claims.GroupBy(c => c.Type).ToDictionary(g => g.Key, g => g.Select(c => c.Value));
        var code = Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(claims));
        var target = await CodeServer.ValueAsync(Context, "redirect_uri");
        Response.Headers["X-Code"] = code;
        Response.Redirect($"{target}?code=issued&state={await CodeServer.ValueAsync(Context, "state")}");
    }

    protected override Task HandleSignOutAsync(AuthenticationProperties? properties) => Task.CompletedTask;
}
