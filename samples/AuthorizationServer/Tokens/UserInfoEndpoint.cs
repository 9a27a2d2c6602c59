using AuthorizationServer.Metadata;
using AuthorizationServer.Users;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthorizationServer.Tokens;

/// <summary><c>GET /userinfo</c>: what the scopes of an access token tell of its user.</summary>
public sealed class UserInfoEndpoint(SigningKey key, Issuer issuer, GrantStore grants, UserDirectory users)
{
    private const string Prefix = "Bearer ";

    public async Task<IResult> HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (await ReadAsync(context.Request) is not { } token
            || !Guid.TryParse(token.GetPayloadValue<string>("sid"), out var sid)
            || await grants.FindAsync(sid, token.GetPayloadValue<string>("client_id"), cancellationToken) is not { } grant
            || await users.FindBySubjectAsync(token.Subject, cancellationToken) is not { } user)
        {
            return Refuse(context, StatusCodes.Status401Unauthorized, "invalid_token");
        }

        if (!grant.Has("openid"))
            return Refuse(context, StatusCodes.Status403Forbidden, "insufficient_scope");

        var claims = new Dictionary<string, string> { ["sub"] = token.Subject };
        if (grant.Has("profile"))
            claims["name"] = user.Name;
        if (grant.Has("email"))
            claims["email"] = user.Email;
        return Results.Json(claims);
    }

    private async Task<JsonWebToken?> ReadAsync(HttpRequest request)
    {
        if (request.Headers.Authorization is not [{ } header] || !header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return null;

        var result = await new JsonWebTokenHandler().ValidateTokenAsync(header[Prefix.Length..], new TokenValidationParameters
        {
            // An ID token is signed with the same key and is no access token.
            ValidTypes = ["at+jwt"],
            ValidIssuer = issuer.Of(request),
            ValidAudience = issuer.Of(request),
            ValidAlgorithms = [key.Credentials.Algorithm],
            IssuerSigningKey = key.Credentials.Key,
            ClockSkew = TimeSpan.Zero,
        });
        return result.IsValid ? (JsonWebToken)result.SecurityToken : null;
    }

    private static IResult Refuse(HttpContext context, int status, string error)
    {
        context.Response.Headers.WWWAuthenticate = $"Bearer error=\"{error}\"";
        return TokenError.Of(error, status: status);
    }
}
