using System.Security.Claims;
using System.Text.Encodings.Web;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Tests.Journeys;

public sealed class PartnerOptions : AuthenticationSchemeOptions
{
    public string? SignInScheme { get; set; }

    public Func<string, ClaimsPrincipal> Principal { get; set; } = TestHost.PrincipalOf;
}

/// <summary>The least of a remote handler: it answers its call-back path inside <c>UseAuthentication</c>, signs in and redirects.</summary>
public sealed class PartnerHandler(IOptionsMonitor<PartnerOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<PartnerOptions>(options, logger, encoder), IAuthenticationRequestHandler
{
    public async Task<bool> HandleRequestAsync()
    {
        if (Request.Path != "/signin-partner") return false;
        await Context.SignInAsync(Options.SignInScheme, Options.Principal(Request.Query["code"]!), new AuthenticationProperties());
        Response.Redirect("/after-partner");
        return true;
    }

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());
}
