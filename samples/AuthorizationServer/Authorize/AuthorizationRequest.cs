using MfaMiddleware;

namespace AuthorizationServer.Authorize;

/// <summary>An authorization request that was found in order.</summary>
public sealed record AuthorizationRequest
{
    public required string ClientId { get; init; }

    public required string RedirectUri { get; init; }

    public required string CodeChallenge { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public string? State { get; init; }

    public string? Nonce { get; init; }

    public string? LoginHint { get; init; }

    /// <summary><c>prompt=none</c>: the user may not be shown anything.</summary>
    public bool IsSilent { get; init; }

    /// <summary><c>prompt=login</c>: whoever is signed in signs in again.</summary>
    public bool AsksForLogin { get; init; }

    /// <summary><c>max_age</c>.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary><c>acr_values</c>, as what a second factor must be worth.</summary>
    public MfaStrength? Strength { get; init; }

    /// <summary>Whether a backend asked, which passes the address on itself.</summary>
    public bool IsFromBackend { get; init; }
}
