namespace MfaMiddleware.EntityFrameworkCore.Model;

/// <summary>
/// One row a user: the failure counters, and the row that every change of the account writes first, so that changes of one account come
/// one after the other on any database.
/// </summary>
internal sealed class MfaAccountEntity
{
    public required string Realm { get; init; }

    public required string Subject { get; init; }

    /// <summary>The ladder of devices that aren't known.</summary>
    public int ConsecutiveFailures { get; init; }

    /// <summary>UTC ticks: a number compares and orders alike on every database.</summary>
    public long? WaitUntil { get; init; }

    /// <summary>The ladder of devices that the account knows.</summary>
    public int KnownDeviceFailures { get; init; }

    public long? KnownDeviceWaitUntil { get; init; }

    /// <summary>Failures by method, as a JSON object.</summary>
    public string FailuresByMethod { get; init; } = "{}";

    /// <summary>UTC ticks; 0 where no factor was ever added.</summary>
    public long FactorsChangedAt { get; init; }

    public bool WasReset { get; init; }

    public long Version { get; init; }

    public MfaHistoryEntity? History { get; init; }

    public ICollection<MfaFactorEntity> Factors { get; } = [];

    public ICollection<MfaRecoveryCodeEntity> RecoveryCodes { get; } = [];
}
