using System.Data.Common;
using MfaMiddleware.EntityFrameworkCore.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.EntityFrameworkCore.Failover;

/// <summary>
/// Notices that PostgreSQL failed over. The new primary may lag behind what the old one said was committed, and has forgotten the last single-use marks then;
/// a code that was used in the lag would pass again. What is known is read once, and again only where a mark could not be made.
/// </summary>
internal sealed partial class FailoverWatch<TContext>(StoreRunner<TContext> runner, TimeProvider time, ILogger<FailoverWatch<TContext>> logger)
    where TContext : DbContext
{
    /// <summary>Nodes whose clocks are off by the three seconds that they may be off, in both directions: the one that notices may be behind the one that marked.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(6);

    private KnownTimeline? _known;

    public ValueTask<KnownTimeline> KnownAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _known) is { } known ? new(known) : new(LookAsync(cancellationToken));

    /// <summary>Asks the database, and notes a line that it was not on before.</summary>
    public async Task<KnownTimeline> LookAsync(CancellationToken cancellationToken)
    {
        if (ReferenceEquals(_known, KnownTimeline.Unwatched)) return _known;
        var known = await runner.RunRepeatableAsync(LookAsync, cancellationToken);
        Volatile.Write(ref _known, known);
        return known;
    }

    private async Task<KnownTimeline> LookAsync(DbContext db, CancellationToken cancellationToken)
    {
        if (!db.Database.IsPostgresProvider()) return KnownTimeline.Unwatched;
        // Each further turn means that another node was faster; the token bounds them.
        while (true)
        {
            if (await TryAskAsync(db, cancellationToken) is not { } name) return KnownTimeline.Unwatched;
            var row = await db.TimelineRow().Select(r => r.ProtectedValue).SingleOrDefaultAsync(cancellationToken);
            if (row is not null && KnownTimeline.IsOf(row, name)) return new KnownTimeline(name, row);
            if (row is null) await InsertAsync(db, name, cancellationToken);
            else if (await TryMoveAsync(db, row, name, cancellationToken) is { } moved) return moved;
        }
    }

    /// <returns>Null where the server doesn't know the question or doesn't answer it to this role.</returns>
    private async Task<string?> TryAskAsync(DbContext db, CancellationToken cancellationToken)
    {
        try
        {
            return await db.PresentTimeline().SingleAsync(cancellationToken)
                ?? throw new InvalidOperationException("The database is a standby: it can't keep a single-use mark.");
        }
        catch (DbException e) when (e.SqlState is "42883" or "42501" or "0A000")
        {
            Log.NotWatched(logger, e.SqlState);
            return null;
        }
    }

    private static async Task InsertAsync(DbContext db, string name, CancellationToken cancellationToken)
    {
        try
        {
            db.Add(new MfaKeyEntity { Name = MfaKeyEntity.Timeline, ProtectedValue = KnownTimeline.Of(name, 0).Row! });
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException)
        {
            db.ChangeTracker.Clear();
            // Another node was first; any other reason is an error of the infrastructure.
            if (!await db.TimelineRow().AnyAsync(cancellationToken)) throw;
        }
    }

    private async Task<KnownTimeline?> TryMoveAsync(DbContext db, string row, string name, CancellationToken cancellationToken)
    {
        var moved = KnownTimeline.Of(name, (time.GetUtcNow() + Skew).UtcTicks);
        var value = moved.Row!;
        if (await db.TimelineRow().Where(r => r.ProtectedValue == row).ExecuteUpdateAsync(set => set.SetProperty(r => r.ProtectedValue, value), cancellationToken) != 1) return null;
        Log.FailedOver(logger);
        return moved;
    }

    private static partial class Log
    {
        [LoggerMessage(2010, LogLevel.Warning, "PostgreSQL failed over. What was marked as used shortly before may be forgotten, so codes of an authenticator app from before now are refused.")]
        public static partial void FailedOver(ILogger logger);

        [LoggerMessage(2011, LogLevel.Warning, "This PostgreSQL doesn't say which timeline it is on ({State}): a failover to a copy that lags can't be noticed, and a code used in the lag could pass again within its minute.")]
        public static partial void NotWatched(ILogger logger, string state);
    }
}
