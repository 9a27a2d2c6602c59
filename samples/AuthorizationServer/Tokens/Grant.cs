using System.ComponentModel.DataAnnotations;

namespace AuthorizationServer.Tokens;

/// <summary>What a user's sign-in gave to a client: the code, and all the tokens that come of it.</summary>
public sealed class Grant
{
    public required Guid Id { get; init; }

    [MaxLength(100)]
    public required string ClientId { get; init; }

    [MaxLength(500)]
    public required string Scope { get; init; }

    [MaxLength(500)]
    public string? Nonce { get; init; }

    /// <summary>The principal as it came through the gate, its private stamp included: protected, and never part of a token.</summary>
    public required byte[] Ticket { get; init; }

    public required long ExpiresAt { get; init; }

    public bool IsRevoked { get; init; }

    public bool Has(string scope) => Scope.Split(' ').Contains(scope, StringComparer.Ordinal);
}
