using MfaMiddleware.EntityFrameworkCore.Model;
using Microsoft.EntityFrameworkCore;

namespace MfaMiddleware.EntityFrameworkCore;

/// <summary>
/// The row that newcomers of all users lock while the store is almost full, so that together they don't pass the cap. Before that they don't
/// wait for each other.
/// </summary>
internal static class SessionCap
{
    /// <summary>More sign-ins than all nodes begin at one moment: the connections of their pools bound them.</summary>
    public const int InFlight = 1000;

    /// <summary>Makes the row, outside of any transaction.</summary>
    public static async Task EnsureCapAsync(this DbContext db, CancellationToken cancellationToken)
    {
        if (await db.Cap().AnyAsync(cancellationToken)) return;
        try
        {
            db.Add(new MfaKeyEntity { Name = MfaKeyEntity.SessionCap, ProtectedValue = "" });
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException)
        {
            db.ChangeTracker.Clear();
            // Another caller made it in between; any other reason is an error of the infrastructure.
            if (!await db.Cap().AnyAsync(cancellationToken)) throw;
        }
    }

    public static async Task LockCapAsync(this DbContext db, CancellationToken cancellationToken)
    {
        // Fail closed: without the row nobody counts right.
        if (await db.Cap().ExecuteUpdateAsync(set => set.SetProperty(k => k.ProtectedValue, ""), cancellationToken) != 1)
            throw new InvalidOperationException("The row that guards the cap of pending sessions is gone.");
    }

    private static IQueryable<MfaKeyEntity> Cap(this DbContext db) =>
        db.Set<MfaKeyEntity>().IgnoreQueryFilters().AsNoTracking().Where(k => k.Name == MfaKeyEntity.SessionCap);
}
