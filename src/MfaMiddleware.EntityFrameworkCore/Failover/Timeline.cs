using MfaMiddleware.EntityFrameworkCore.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace MfaMiddleware.EntityFrameworkCore.Failover;

/// <summary>The statements that tell one line of a database's history from another.</summary>
internal static class Timeline
{
    // Any role may ask it. Where the server writes nothing (a standby) there is no line of its own.
    private const string Present = """
        SELECT CASE WHEN pg_is_in_recovery() THEN NULL ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END AS "Value"
        """;

    public static bool IsPostgresProvider(this DatabaseFacade database) => database.ProviderName == "Npgsql.EntityFrameworkCore.PostgreSQL";

    /// <summary>PostgreSQL's number of the timeline that the server writes: each promotion of a standby begins another.</summary>
    public static IQueryable<string?> PresentTimeline(this DbContext db) => db.Database.SqlQueryRaw<string?>(Present);

    public static IQueryable<MfaKeyEntity> TimelineRow(this DbContext db) =>
        db.Set<MfaKeyEntity>().IgnoreQueryFilters().AsNoTracking().Where(k => k.Name == MfaKeyEntity.Timeline);

    /// <summary>Rows that are written only on the line that is known: in the same statement, so that no round trip and no moment lies between.</summary>
    public static IQueryable<MfaFactorEntity> OnlyOn(this IQueryable<MfaFactorEntity> factors, DbContext db, KnownTimeline known)
    {
        if (known.Name is not { } name) return factors;
        var (timeline, row, value) = (db.PresentTimeline(), db.TimelineRow(), known.Row);
        return factors.Where(_ => timeline.Any(t => t == name) && row.Any(r => r.ProtectedValue == value));
    }
}
