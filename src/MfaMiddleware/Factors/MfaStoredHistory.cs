namespace MfaMiddleware.Factors;

/// <summary>What a store keeps of a user's sign-ins; opaque to it.</summary>
/// <param name="Data">The history, protected; null where none is kept.</param>
/// <param name="Version">Changes with each write, and is never one that this user's history had before, removed ones included; 0 where none is kept.</param>
/// <param name="FactorsChangedAt">As in <see cref="MfaAccount.FactorsChangedAt"/>, read in the same round trip.</param>
public sealed record MfaStoredHistory(byte[]? Data, long Version, DateTimeOffset? FactorsChangedAt)
{
    /// <summary>A user that the store knows nothing of.</summary>
    public static MfaStoredHistory None { get; } = new(null, 0, null);
}
