namespace MfaMiddleware.EntityFrameworkCore.Model;

/// <summary>One unused recovery code, or the access code of an administrator: its keyed hash alone. A used one is deleted.</summary>
internal sealed class MfaRecoveryCodeEntity
{
    public required string Realm { get; init; }

    public required string Subject { get; init; }

    public required string Hash { get; init; }

    /// <summary>UTC ticks; null for a recovery code, which doesn't expire.</summary>
    public long? ExpiresAt { get; init; }
}
