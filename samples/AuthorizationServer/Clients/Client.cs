namespace AuthorizationServer.Clients;

/// <summary>A registered application. All of them are public: what protects a code is PKCE, not a secret.</summary>
public sealed class Client
{
    public required string Id { get; init; }

    /// <summary>Compared character by character.</summary>
    public IReadOnlyList<string> RedirectUris { get; init; } = [];

    /// <summary>What it may ask for.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];
}
