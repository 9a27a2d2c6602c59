using AuthorizationServer.Authorize;
using AuthorizationServer.Clients;
using AuthorizationServer.Tokens;

namespace AuthorizationServer.Metadata;

/// <summary>What clients read about this server (RFC 8414).</summary>
public static class MetadataEndpoints
{
    public static void MapMetadata(this IEndpointRouteBuilder app)
    {
        app.MapGet("/.well-known/oauth-authorization-server", (HttpRequest request, Issuer issuer, ClientRegistry clients, SigningKey key) =>
            Describe(issuer.Of(request), clients, key));
        app.MapGet("/.well-known/jwks.json", (SigningKey key) => new { keys = new[] { key.ToJwk() } });
    }

    private static object Describe(string issuer, ClientRegistry clients, SigningKey key) => new
    {
        issuer,
        authorization_endpoint = $"{issuer}/authorize",
        token_endpoint = $"{issuer}/token",
        userinfo_endpoint = $"{issuer}/userinfo",
        jwks_uri = $"{issuer}/.well-known/jwks.json",
        scopes_supported = clients.Scopes,
        response_types_supported = new[] { "code" },
        response_modes_supported = new[] { "query" },
        grant_types_supported = new[] { "authorization_code", "refresh_token" },
        code_challenge_methods_supported = new[] { "S256" },
        token_endpoint_auth_methods_supported = new[] { "none" },
        authorization_response_iss_parameter_supported = true,
        subject_types_supported = new[] { "public" },
        id_token_signing_alg_values_supported = new[] { key.Credentials.Algorithm },
        acr_values_supported = AcrValues.All,
        prompt_values_supported = new[] { "none", "login" },
    };
}
