using MfaMiddleware.EntityFrameworkCore.Model;
using Microsoft.EntityFrameworkCore;

namespace MfaMiddleware.EntityFrameworkCore;

/// <summary>The store's look-up key: the first one inserted stays.</summary>
internal static class LookupKey
{
    public static async Task<string> GetOrAddAsync(DbContext db, string protectedCandidate, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, cancellationToken) is { } known) return known;
        try
        {
            db.Add(new MfaKeyEntity { Name = MfaKeyEntity.Lookup, ProtectedValue = protectedCandidate });
            await db.SaveChangesAsync(cancellationToken);
            return protectedCandidate;
        }
        catch (DbUpdateException)
        {
            // Another process was first; any other reason is an error of the infrastructure.
            if (await FindAsync(db, cancellationToken) is { } first) return first;
            throw;
        }
    }

    private static Task<string?> FindAsync(DbContext db, CancellationToken cancellationToken) =>
        db.Set<MfaKeyEntity>().IgnoreQueryFilters().AsNoTracking()
            .Where(k => k.Name == MfaKeyEntity.Lookup).Select(k => k.ProtectedValue).SingleOrDefaultAsync(cancellationToken);
}
