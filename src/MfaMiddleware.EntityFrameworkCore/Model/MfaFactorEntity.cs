namespace MfaMiddleware.EntityFrameworkCore.Model;

/// <summary>One enrolled factor. Times are UTC ticks.</summary>
internal sealed class MfaFactorEntity
{
    public required string Realm { get; init; }

    public required string Subject { get; init; }

    public required string Id { get; init; }

    public required string Method { get; init; }

    public string? Name { get; init; }

    public required string ProtectedSecret { get; init; }

    public long Counter { get; init; }

    public string? AnsweredChallenges { get; init; }

    public long CreatedAt { get; init; }

    public long? LastUsedAt { get; init; }

    public long Version { get; init; }
}
