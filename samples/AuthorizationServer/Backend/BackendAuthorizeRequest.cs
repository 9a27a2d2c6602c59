using Microsoft.Extensions.Primitives;

namespace AuthorizationServer.Backend;

/// <summary>The body of <c>POST /api/authorize</c>: an authorization request, and (M2), the answer to the second factor.</summary>
public sealed record BackendAuthorizeRequest
{
    public string? ResponseType { get; init; }

    public string? ClientId { get; init; }

    public string? RedirectUri { get; init; }

    public string? Scope { get; init; }

    public string? State { get; init; }

    public string? Nonce { get; init; }

    public string? CodeChallenge { get; init; }

    public string? CodeChallengeMethod { get; init; }

    public string? MfaToken { get; init; }

    public string? TwoFactorCode { get; init; }

    public Dictionary<string, StringValues> ToParameters() => new()
    {
        ["response_type"] = ResponseType,
        ["client_id"] = ClientId,
        ["redirect_uri"] = RedirectUri,
        ["scope"] = Scope,
        ["state"] = State,
        ["nonce"] = Nonce,
        ["code_challenge"] = CodeChallenge,
        ["code_challenge_method"] = CodeChallengeMethod,
    };
}
