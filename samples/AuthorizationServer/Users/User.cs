using System.ComponentModel.DataAnnotations;

namespace AuthorizationServer.Users;

/// <summary>A row of the site's own user table.</summary>
public sealed class User
{
    public int Id { get; set; }

    /// <summary>In lower case; unique.</summary>
    [MaxLength(256)]
    public required string Email { get; set; }

    [MaxLength(100)]
    public required string Name { get; set; }

    [MaxLength(50)]
    public string? Role { get; set; }

    /// <summary>PBKDF2, in the format of ASP.NET Core's password hasher.</summary>
    [MaxLength(200)]
    public string PasswordHash { get; set; } = "";
}
