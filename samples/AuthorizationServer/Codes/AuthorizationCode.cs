using System.ComponentModel.DataAnnotations;

namespace AuthorizationServer.Codes;

/// <summary>A code that was given out: good once, for 60 seconds.</summary>
public sealed class AuthorizationCode
{
    /// <summary>The code itself is the client's alone.</summary>
    [MaxLength(64)]
    public required string Hash { get; init; }

    public required Guid GrantId { get; init; }

    [MaxLength(2000)]
    public required string RedirectUri { get; init; }

    [MaxLength(43)]
    public required string CodeChallenge { get; init; }

    /// <summary>Seconds since the epoch, like every time in this database.</summary>
    public required long ExpiresAt { get; init; }

    public long? UsedAt { get; init; }
}
