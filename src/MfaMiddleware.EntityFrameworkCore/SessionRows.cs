using System.Text;
using MfaMiddleware.EntityFrameworkCore.Model;
using Microsoft.EntityFrameworkCore;

namespace MfaMiddleware.EntityFrameworkCore;

/// <summary>The statements on all pending sessions together.</summary>
internal static class SessionRows
{
    private const int SweptAtOnce = 32;

    /// <summary>Not what a database may refuse as text: such an id is no session, and no error either.</summary>
    public static bool CanBeId(string id) => id.Length <= MfaPendingSessionEntity.IdLength && Ascii.IsValid(id) && !id.Contains('\0', StringComparison.Ordinal);

    public static IQueryable<MfaPendingSessionEntity> Sessions(this DbContext db) => db.Set<MfaPendingSessionEntity>().IgnoreQueryFilters().AsNoTracking();

    public static Task<int> CountSessionsAsync(this DbContext db, long now, CancellationToken cancellationToken) =>
        db.Sessions().CountAsync(s => s.ExpiresAt > now, cancellationToken);

    /// <summary>Each newcomer sweeps more than itself: the table doesn't grow.</summary>
    public static async Task SweepSessionsAsync(this DbContext db, long now, CancellationToken cancellationToken)
    {
        // Asked first: a statement that deletes takes SQLite's write lock even where there is nothing to delete.
        var expired = await db.Sessions().Where(s => s.ExpiresAt <= now).OrderBy(s => s.ExpiresAt).Take(SweptAtOnce).Select(s => s.Id).ToListAsync(cancellationToken);
        if (expired.Count == 0) return;
        // By the key, in its order: two that sweep the same rows wait for each other in turn, and not crosswise.
        expired.Sort(StringComparer.Ordinal);
        await db.Sessions().Where(s => expired.Contains(s.Id)).ExecuteDeleteAsync(cancellationToken);
    }
}
