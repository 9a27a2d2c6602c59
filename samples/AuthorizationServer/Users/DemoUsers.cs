using AuthorizationServer.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AuthorizationServer.Users;

/// <summary>The people of the demo; a real server has a page to register.</summary>
public static class DemoUsers
{
    public static IReadOnlyList<(string Email, string Name, string Password, string? Role)> All { get; } =
    [
        ("alice@example.com", "Alice", "Alice-pass-1", null),
        ("bob@example.com", "Bob", "Bob-pass-1", null),
        ("admin@example.com", "Admin", "Admin-pass-1", "Admin"),
    ];

    public static async Task CreateDatabaseAsync(this WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ServerDb>();
        var hasher = scope.ServiceProvider.GetRequiredService<IPasswordHasher<User>>();

        await db.Database.EnsureCreatedAsync();
        if (await db.Users.AnyAsync())
            return;

        foreach (var (email, name, password, role) in All)
        {
            var user = new User { Email = email, Name = name, Role = role };
            user.PasswordHash = hasher.HashPassword(user, password);
            db.Users.Add(user);
        }

        await db.SaveChangesAsync();
    }
}
