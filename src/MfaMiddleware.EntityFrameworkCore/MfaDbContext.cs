using Microsoft.EntityFrameworkCore;

namespace MfaMiddleware.EntityFrameworkCore;

/// <summary>A context with the tables of MfaMiddleware and nothing else, for apps that don't take them into a context of their own.</summary>
/// <param name="options">The database.</param>
public sealed class MfaDbContext(DbContextOptions<MfaDbContext> options) : DbContext(options)
{
    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.UseMfa();
}
