using System.Security.Claims;
using System.Text.Encodings.Web;
using AuthorizationServer.Authorize;
using AuthorizationServer.Codes;
using AuthorizationServer.Metadata;
using AuthorizationServer.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace AuthorizationServer.Issuing;

/// <summary>
/// A sign-in to this scheme ends in a code at the authorize endpoint and in tokens at the token endpoint. Like every sign-in it comes through the
/// gate first: what arrives here has its second factor, and claims that say so.
/// </summary>
public sealed class OAuthHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder,
    CodeStore codes, TokenIssuer tokens, Issuer issuer)
    : SignInAuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "OAuth";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());

    protected override Task HandleSignInAsync(ClaimsPrincipal user, AuthenticationProperties? properties)
    {
        if (CodeSignIn.RequestOf(properties!) is { } request)
            return IssueCodeAsync(user, request);

        var grant = TokenSignIn.GrantOf(properties!) ?? throw new InvalidOperationException("Nobody said what this sign-in is for.");
        return IssueTokensAsync(user, grant);
    }

    protected override Task HandleSignOutAsync(AuthenticationProperties? properties) => Task.CompletedTask;

    /// <summary>(C): the way back to the client, with the code.</summary>
    private async Task IssueCodeAsync(ClaimsPrincipal user, AuthorizationRequest request)
    {
        var address = QueryHelpers.AddQueryString(request.RedirectUri, new Dictionary<string, string?>
        {
            ["code"] = await codes.CreateAsync(request, user, Context.RequestAborted),
            ["state"] = request.State,
            // RFC 9207: a client of several servers sees which of them answered.
            ["iss"] = issuer.Of(Request),
        });
        if (request.IsFromBackend)
            await Results.Json(new Dictionary<string, string> { ["redirectUrlAndAuthCode"] = address }).ExecuteAsync(Context);
        else
            Response.Redirect(address);
    }

    /// <summary>(E): the tokens.</summary>
    private async Task IssueTokensAsync(ClaimsPrincipal user, Grant grant) =>
        await Results.Json(await tokens.IssueAsync(user, grant, issuer.Of(Request), Context.RequestAborted)).ExecuteAsync(Context);
}
