using AuthorizationServer.Codes;
using AuthorizationServer.Tokens;
using AuthorizationServer.Users;
using Microsoft.EntityFrameworkCore;

namespace AuthorizationServer.Storage;

public sealed class ServerDb(DbContextOptions<ServerDb> options) : DbContext(options)
{
    public DbSet<User> Users => Set<User>();

    public DbSet<Grant> Grants => Set<Grant>();

    public DbSet<AuthorizationCode> Codes => Set<AuthorizationCode>();

    public DbSet<RefreshToken> RefreshTokens => Set<RefreshToken>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<User>().HasIndex(user => user.Email).IsUnique();
        modelBuilder.Entity<AuthorizationCode>().HasKey(code => code.Hash);
        modelBuilder.Entity<RefreshToken>().HasKey(token => token.Hash);
    }
}
