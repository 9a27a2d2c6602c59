using AuthorizationServer.Clients;
using AuthorizationServer.Codes;
using AuthorizationServer.Issuing;
using AuthorizationServer.Users;

namespace AuthorizationServer.Tokens;

/// <summary><c>POST /token</c>: (D), a code or a refresh token, becomes (E), tokens.</summary>
public sealed class TokenEndpoint(ClientRegistry clients, CodeStore codes, RefreshTokenStore refreshTokens, GrantStore grants, UserDirectory users)
{
    public async Task<IResult> HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!context.Request.HasFormContentType)
            return TokenError.Of("invalid_request", "The body must be a form.");

        var form = await context.Request.ReadFormAsync(cancellationToken);
        if (form.Any(field => field.Value.Count > 1))
            return TokenError.Of("invalid_request", "A parameter is there more than once.");
        if (clients.Find(form["client_id"]) is not { } client)
            return TokenError.InvalidClient;

        return form["grant_type"].ToString() switch
        {
            "authorization_code" => await RedeemAsync(form, client, cancellationToken),
            "refresh_token" => await RefreshAsync(form, client, cancellationToken),
            "" => TokenError.Of("invalid_request", "grant_type is missing."),
            _ => TokenError.Of("unsupported_grant_type"),
        };
    }

    private async Task<IResult> RedeemAsync(IFormCollection form, Client client, CancellationToken cancellationToken)
    {
        if (form["code"] is not [{ Length: > 0 } code] || form["code_verifier"] is not [{ Length: > 0 } verifier])
            return TokenError.Of("invalid_request", "code and code_verifier are needed.");

        var sent = new CodeRedemption(code, client.Id, verifier, form["redirect_uri"]);
        return await SignInAsync(await codes.RedeemAsync(sent, cancellationToken), cancellationToken);
    }

    private async Task<IResult> RefreshAsync(IFormCollection form, Client client, CancellationToken cancellationToken) =>
        form["refresh_token"] is [{ Length: > 0 } token]
            ? await SignInAsync(await refreshTokens.ExchangeAsync(token, client.Id, cancellationToken), cancellationToken)
            : TokenError.Of("invalid_request", "refresh_token is needed.");

    private async Task<IResult> SignInAsync(Grant? grant, CancellationToken cancellationToken)
    {
        if (grant is null)
            return TokenError.InvalidGrant;

        var principal = grants.PrincipalOf(grant);
        return await users.FindBySubjectAsync(principal.FindFirst("sub")?.Value, cancellationToken) is null
            ? TokenError.InvalidGrant
            : Results.SignIn(principal, TokenSignIn.PropertiesFor(grant), OAuthHandler.Scheme);
    }
}
