using System.Globalization;
using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthorizationServer.Tokens;

/// <summary>Writes the tokens. Each claim that a client reads is named here: the private ones of the principal stay.</summary>
public sealed class TokenIssuer(SigningKey key, RefreshTokenStore refreshTokens, TimeProvider time)
{
    private const int LifetimeSeconds = 300;

    private static readonly JsonWebTokenHandler Writer = new();

    public async Task<Dictionary<string, object>> IssueAsync(ClaimsPrincipal user, Grant grant, string issuer, CancellationToken cancellationToken)
    {
        var answer = new Dictionary<string, object>
        {
            ["access_token"] = Sign("at+jwt", issuer, issuer, AccessClaims(user, grant)),
            ["token_type"] = "Bearer",
            ["expires_in"] = LifetimeSeconds,
            ["scope"] = grant.Scope,
        };
        if (grant.Has("openid"))
            answer["id_token"] = Sign("JWT", issuer, grant.ClientId, IdClaims(user, grant));
        if (grant.Has("offline_access"))
            answer["refresh_token"] = await refreshTokens.CreateAsync(grant, cancellationToken);
        return answer;
    }

    /// <summary>RFC 9068.</summary>
    private static Dictionary<string, object> AccessClaims(ClaimsPrincipal user, Grant grant) => new(SignInClaims(user))
    {
        ["client_id"] = grant.ClientId,
        ["scope"] = grant.Scope,
        ["sid"] = grant.Id.ToString("N"),
        ["jti"] = Guid.CreateVersion7().ToString("N"),
    };

    /// <summary>OpenID Connect Core section 2.</summary>
    private static Dictionary<string, object> IdClaims(ClaimsPrincipal user, Grant grant)
    {
        var claims = SignInClaims(user);
        if (grant.Nonce is not null)
            claims["nonce"] = grant.Nonce;
        if (grant.Has("profile"))
            claims["name"] = user.FindFirstValue("name")!;
        if (grant.Has("email"))
            claims["email"] = user.FindFirstValue("email")!;
        return claims;
    }

    /// <summary>Who signed in, when, and with what: as the gate says.</summary>
    private static Dictionary<string, object> SignInClaims(ClaimsPrincipal user) => new()
    {
        ["sub"] = user.FindFirstValue("sub")!,
        ["amr"] = user.FindAll("amr").Select(claim => claim.Value).ToArray(),
        ["acr"] = user.FindFirstValue("acr")!,
        ["auth_time"] = long.Parse(user.FindFirstValue("auth_time")!, CultureInfo.InvariantCulture),
    };

    private string Sign(string type, string issuer, string audience, Dictionary<string, object> claims)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return Writer.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = type,
            Issuer = issuer,
            Audience = audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddSeconds(LifetimeSeconds),
            Claims = claims,
            SigningCredentials = key.Credentials,
        });
    }
}
