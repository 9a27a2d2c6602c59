namespace MfaMiddleware.EntityFrameworkCore.Model;

/// <summary>A key of the store, protected: there is one, the look-up key. Beside it a row without a value that is only locked, and one that says which failover is known.</summary>
internal sealed class MfaKeyEntity
{
    public const string Lookup = "lookup";

    /// <summary>Locked by newcomers while the store of pending sessions is almost full.</summary>
    public const string SessionCap = "session-cap";

    /// <summary>The database's line of history, which another one takes the place of at a failover.</summary>
    public const string Timeline = "timeline";

    public required string Name { get; init; }

    public required string ProtectedValue { get; init; }
}
