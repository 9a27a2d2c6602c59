using MfaMiddleware.EntityFrameworkCore.Failover;
using MfaMiddleware.EntityFrameworkCore.Model;
using MfaMiddleware.Factors;
using Microsoft.EntityFrameworkCore;

namespace MfaMiddleware.EntityFrameworkCore;

/// <summary>The statements on one factor.</summary>
internal static class FactorRows
{
    /// <summary>Makes a single-use mark. One that goes back would make used codes good again, so it is refused like a stale version.</summary>
    public static async Task<bool> TryMarkAsync(this DbContext db, MfaFactor factor, long expectedVersion, KnownTimeline known, CancellationToken cancellationToken)
    {
        var usedAt = factor.LastUsedAt?.UtcTicks;
        return await db.FactorsOf(factor.Subject)
            .Where(f => f.Id == factor.Id && f.Version == expectedVersion && f.Counter <= factor.Counter)
            .OnlyOn(db, known)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(f => f.Counter, factor.Counter)
                    .SetProperty(f => f.AnsweredChallenges, factor.AnsweredChallenges)
                    .SetProperty(f => f.ProtectedSecret, factor.ProtectedSecret)
                    .SetProperty(f => f.LastUsedAt, usedAt)
                    .SetProperty(f => f.Version, expectedVersion + 1),
                cancellationToken) == 1;
    }

    public static Task<bool> FactorIdExistsAsync(this DbContext db, string id, CancellationToken cancellationToken) =>
        db.Set<MfaFactorEntity>().IgnoreQueryFilters().AnyAsync(f => f.Id == id, cancellationToken);
}
