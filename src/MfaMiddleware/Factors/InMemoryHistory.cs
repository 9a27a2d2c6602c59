namespace MfaMiddleware.Factors;

/// <summary>What <see cref="InMemoryFactorStore"/> holds of one user's sign-ins. Every member is called under the account's lock.</summary>
internal sealed class InMemoryHistory
{
    private byte[]? _data;
    private DateTimeOffset _expiresAt;

    /// <summary>Outlives a removal, so that no version comes twice.</summary>
    private long _lastVersion;

    private long Version => _data is null ? 0 : _lastVersion;

    // Copies, as of a database: what a caller does to its bytes later changes nothing that is kept.
    public MfaStoredHistory Read(DateTimeOffset? factorsChangedAt) => new(_data is null ? null : [.. _data], Version, factorsChangedAt);

    public bool TryWrite(byte[] data, long expectedVersion, DateTimeOffset expiresAt)
    {
        if (Version != expectedVersion) return false;
        (_data, _expiresAt) = ([.. data], expiresAt);
        _lastVersion++;
        return true;
    }

    public bool Remove()
    {
        _data = null;
        return true;
    }

    public bool TryRemoveExpired(DateTimeOffset now) => _data is not null && _expiresAt <= now && Remove();
}
