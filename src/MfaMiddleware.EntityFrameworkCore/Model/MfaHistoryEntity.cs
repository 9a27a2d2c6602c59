namespace MfaMiddleware.EntityFrameworkCore.Model;

/// <summary>What is remembered of one user's sign-ins, protected; apart from the account, whose row is read far more often.</summary>
internal sealed class MfaHistoryEntity
{
    public required string Realm { get; init; }

    public required string Subject { get; init; }

    public required byte[] Data { get; init; }

    /// <summary>Begins at random, so that a row which was removed and made again has none of its former versions.</summary>
    public long Version { get; init; }

    /// <summary>UTC ticks.</summary>
    public long ExpiresAt { get; init; }
}
