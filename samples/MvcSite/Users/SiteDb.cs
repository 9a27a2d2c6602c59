using Microsoft.EntityFrameworkCore;

namespace MvcSite.Users;

public sealed class SiteDb(DbContextOptions<SiteDb> options) : DbContext(options)
{
    public DbSet<User> Users => Set<User>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.Entity<User>().HasIndex(user => user.Email).IsUnique();
}
