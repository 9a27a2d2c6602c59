using System.ComponentModel.DataAnnotations;

namespace AuthorizationServer.Tokens;

/// <summary>A refresh token that was given out: good once, as long as its grant is.</summary>
public sealed class RefreshToken
{
    [MaxLength(64)]
    public required string Hash { get; init; }

    public required Guid GrantId { get; init; }

    public long? UsedAt { get; init; }
}
