namespace MfaMiddleware.EntityFrameworkCore.Model;

/// <summary>One unused recovery code: its keyed hash alone. A used one is deleted.</summary>
internal sealed class MfaRecoveryCodeEntity
{
    public required string Realm { get; init; }

    public required string Subject { get; init; }

    public required string Hash { get; init; }
}
