using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace MvcSite.Users;

/// <summary>Looks users up and checks their passwords.</summary>
public sealed class UserDirectory(SiteDb db, IPasswordHasher<User> hasher)
{
    private static User? nobody;

    /// <summary>The user with this e-mail address and password, or null.</summary>
    public async Task<User?> FindAsync(string? email, string? password, CancellationToken cancellationToken)
    {
        var user = await FindAsync(email, cancellationToken);

        // An unknown user costs one hash too: the time of the answer says nothing about who has an account.
        var candidate = user ?? Nobody();
        var result = hasher.VerifyHashedPassword(candidate, candidate.PasswordHash, password ?? "");
        return result is PasswordVerificationResult.Failed ? null : user;
    }

    /// <summary>The id of the user with this e-mail address, or null; for reports of wrong passwords.</summary>
    public async Task<string?> FindIdAsync(string? email, CancellationToken cancellationToken) =>
        (await FindAsync(email, cancellationToken))?.Id.ToString(CultureInfo.InvariantCulture);

    public static ClaimsPrincipal CreatePrincipal(User user)
    {
        var identity = new ClaimsIdentity("password", nameType: "name", roleType: "role");
        identity.AddClaim(new("sub", user.Id.ToString(CultureInfo.InvariantCulture)));
        identity.AddClaim(new("name", user.Name));
        identity.AddClaim(new("email", user.Email));
        identity.AddClaim(new("amr", "pwd"));
        if (user.Role is not null)
            identity.AddClaim(new("role", user.Role));
        return new(identity);
    }

    private Task<User?> FindAsync(string? email, CancellationToken cancellationToken)
    {
        var key = (email ?? "").Trim().ToLowerInvariant();
        return db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Email == key, cancellationToken);
    }

    private User Nobody()
    {
        if (nobody is not null)
            return nobody;

        var user = new User { Email = "", Name = "" };
        user.PasswordHash = hasher.HashPassword(user, RandomNumberGenerator.GetHexString(32));
        return nobody = user;
    }
}
