using Microsoft.EntityFrameworkCore;

namespace MfaMiddleware.EntityFrameworkCore.Tests;

/// <summary>A host's own context, with a table of its own.</summary>
public sealed class AppDb(DbContextOptions<AppDb> options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.UseMfa();
}

/// <summary>What the host is about.</summary>
public sealed class Order
{
    public int Id { get; init; }

    public required string Item { get; set; }
}

/// <summary>A host's own context whose model was not told of MfaMiddleware.</summary>
public sealed class AppDbWithoutMfa(DbContextOptions<AppDbWithoutMfa> options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();
}
