using System.Data.Common;
using MfaMiddleware.EntityFrameworkCore.Model;
using MfaMiddleware.EntityFrameworkCore.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.EntityFrameworkCore.Startup;

/// <summary>Makes the tables of <see cref="MfaDbContext"/> if they aren't there, in a database that may be new or hold other tables.</summary>
internal sealed partial class TableMaker(MfaDbContext db, ILogger logger)
{
    /// <exception cref="InvalidOperationException">There are tables of another shape.</exception>
    public async Task MakeAsync(CancellationToken cancellationToken)
    {
        var sqlite = db.Database.IsSqliteProvider();
        if (sqlite) SqliteProvider.CreateFolder(db.Database);
        var creator = db.GetService<IRelationalDatabaseCreator>();
        await CreateDatabaseAsync(creator, cancellationToken);
        if (sqlite) await SqliteProvider.UseWriteAheadLogAsync(db.Database, cancellationToken);
        await CreateTablesAsync(creator, cancellationToken);
    }

    private static async Task CreateDatabaseAsync(IRelationalDatabaseCreator creator, CancellationToken cancellationToken)
    {
        if (await creator.ExistsAsync(cancellationToken)) return;
        try
        {
            await creator.CreateAsync(cancellationToken);
        }
        catch (DbException)
        {
            // Another process made it in between, or it can't be made.
            if (!await creator.ExistsAsync(cancellationToken)) throw;
        }
    }

    private async Task CreateTablesAsync(IRelationalDatabaseCreator creator, CancellationToken cancellationToken)
    {
        // Asked first, since a query for a table that isn't there is logged as an error.
        if (await creator.HasTablesAsync(cancellationToken) && await FindProblemAsync(cancellationToken) is null) return;
        try
        {
            await creator.CreateTablesAsync(cancellationToken);
            Log.TablesCreated(logger);
        }
        catch (DbException)
        {
            // Another process made them in between (the statements are one transaction), or an older set of tables is there.
            if (await FindProblemAsync(cancellationToken) is not { } problem) return;
            throw new InvalidOperationException(
                "The tables of MfaMiddleware could not be made. Compare the database with the script of this version in the package's folder scripts/.",
                problem);
        }
    }

    private async Task<DbException?> FindProblemAsync(CancellationToken cancellationToken)
    {
        try
        {
            await db.Set<MfaAccountEntity>().AsNoTracking().OrderBy(a => a.Realm).ThenBy(a => a.Subject).FirstOrDefaultAsync(cancellationToken);
            await db.Set<MfaFactorEntity>().AsNoTracking().OrderBy(f => f.Id).FirstOrDefaultAsync(cancellationToken);
            await db.Set<MfaRecoveryCodeEntity>().AsNoTracking().OrderBy(c => c.Hash).FirstOrDefaultAsync(cancellationToken);
            await db.Set<MfaHistoryEntity>().AsNoTracking().OrderBy(h => h.ExpiresAt).FirstOrDefaultAsync(cancellationToken);
            await db.Set<MfaKeyEntity>().AsNoTracking().OrderBy(k => k.Name).FirstOrDefaultAsync(cancellationToken);
            await db.Set<MfaPendingSessionEntity>().AsNoTracking().OrderBy(s => s.ExpiresAt).FirstOrDefaultAsync(cancellationToken);
            return null;
        }
        catch (DbException e)
        {
            return e;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2000, LogLevel.Information, "The tables of MfaMiddleware were made.")]
        public static partial void TablesCreated(ILogger logger);
    }
}
