using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using AuthorizationServer.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AuthorizationServer.Users;

/// <summary>Looks users up and checks their passwords.</summary>
public sealed class UserDirectory(ServerDb db, IPasswordHasher<User> hasher)
{
    private static User? nobody;

    /// <summary>The user with this e-mail address and password, or null.</summary>
    public async Task<User?> FindAsync(string? email, string? password, CancellationToken cancellationToken)
    {
        var key = (email ?? "").Trim().ToLowerInvariant();
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Email == key, cancellationToken);

        // An unknown user costs one hash too: the time of the answer says nothing about who has an account.
        var candidate = user ?? Nobody();
        var result = hasher.VerifyHashedPassword(candidate, candidate.PasswordHash, password ?? "");
        return result is PasswordVerificationResult.Failed ? null : user;
    }

    /// <summary>The user of a token's <c>sub</c>; null where the account is gone.</summary>
    public async Task<User?> FindBySubjectAsync(string? subject, CancellationToken cancellationToken) =>
        int.TryParse(subject, CultureInfo.InvariantCulture, out var id)
            ? await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == id, cancellationToken)
            : null;

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

    private User Nobody()
    {
        if (nobody is not null)
            return nobody;

        var user = new User { Email = "", Name = "" };
        user.PasswordHash = hasher.HashPassword(user, RandomNumberGenerator.GetHexString(32));
        return nobody = user;
    }
}
