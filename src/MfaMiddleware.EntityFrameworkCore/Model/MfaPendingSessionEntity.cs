using MfaMiddleware.PendingSessions;

namespace MfaMiddleware.EntityFrameworkCore.Model;

/// <summary>One pending session. Times are UTC ticks.</summary>
internal sealed class MfaPendingSessionEntity
{
    public const int IdLength = 64;

    public required string Id { get; init; }

    public required PendingSessionKind Kind { get; init; }

    public required PendingSessionPurpose Purpose { get; init; }

    public required string Realm { get; init; }

    public required string Subject { get; init; }

    public required string Network { get; init; }

    public required byte[] SecretHash { get; init; }

    public long CreatedAt { get; init; }

    public long ExpiresAt { get; init; }

    public int AttemptsRemaining { get; init; }

    public long Version { get; init; }

    public bool IsAnswering { get; init; }

    public string? CompletedUrl { get; init; }

    public required byte[] Payload { get; init; }

    public byte[]? State { get; init; }
}
