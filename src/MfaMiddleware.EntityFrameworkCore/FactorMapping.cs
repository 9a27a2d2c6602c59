using System.Collections.Immutable;
using System.Text.Json;
using MfaMiddleware.EntityFrameworkCore.Model;
using MfaMiddleware.Factors;

namespace MfaMiddleware.EntityFrameworkCore;

/// <summary>Rows to values of the core and back.</summary>
internal static class FactorMapping
{
    public static MfaFactor ToFactor(this MfaFactorEntity row) => new()
    {
        Id = row.Id,
        Subject = new(row.Realm, row.Subject),
        Method = row.Method,
        Name = row.Name,
        ProtectedSecret = row.ProtectedSecret,
        Counter = row.Counter,
        AnsweredChallenges = row.AnsweredChallenges,
        CreatedAt = new(row.CreatedAt, TimeSpan.Zero),
        LastUsedAt = ToTime(row.LastUsedAt),
        Version = row.Version,
    };

    public static MfaFactorEntity ToNewRow(this MfaFactor factor) => new()
    {
        Realm = factor.Subject.Realm,
        Subject = factor.Subject.Id,
        Id = factor.Id,
        Method = factor.Method,
        Name = factor.Name,
        ProtectedSecret = factor.ProtectedSecret,
        Counter = factor.Counter,
        AnsweredChallenges = factor.AnsweredChallenges,
        CreatedAt = factor.CreatedAt.UtcTicks,
        LastUsedAt = factor.LastUsedAt?.UtcTicks,
        Version = 1,
    };

    public static FailureCounters ToFailures(this MfaAccountEntity row) => new()
    {
        Unknown = new(row.ConsecutiveFailures, ToTime(row.WaitUntil)),
        KnownDevice = new(row.KnownDeviceFailures, ToTime(row.KnownDeviceWaitUntil)),
        ByMethod = JsonSerializer.Deserialize<Dictionary<string, int>>(row.FailuresByMethod)!.ToImmutableSortedDictionary(StringComparer.Ordinal),
    };

    public static string ToJson(this ImmutableSortedDictionary<string, int> byMethod) => JsonSerializer.Serialize(byMethod);

    /// <summary>The time of an account's last change, which is 0 where there was none.</summary>
    public static DateTimeOffset? ToChangeTime(long utcTicks) => utcTicks > 0 ? ToTime(utcTicks) : null;

    public static DateTimeOffset? ToTime(long? utcTicks) => utcTicks is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
}
