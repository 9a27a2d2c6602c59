using System.Security.Claims;
using AuthorizationServer.Authorize;
using AuthorizationServer.Issuing;
using AuthorizationServer.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace AuthorizationServer.Tokens;

public sealed class GrantStore(ServerDb db, IDataProtectionProvider dataProtection, TimeProvider time)
{
    /// <summary>However often a refresh token is exchanged, after this the user signs in again.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private readonly IDataProtector _protector = dataProtection.CreateProtector("AuthorizationServer.Grant");

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>A new one, saved with what is given out for it.</summary>
    public Grant Add(AuthorizationRequest request, ClaimsPrincipal user)
    {
        var ticket = new AuthenticationTicket(user, OAuthHandler.Scheme);
        var grant = new Grant
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            ClientId = request.ClientId,
            Scope = string.Join(' ', request.Scopes),
            Nonce = request.Nonce,
            Ticket = _protector.Protect(TicketSerializer.Default.Serialize(ticket)),
            ExpiresAt = Now + (long)Lifetime.TotalSeconds,
        };
        db.Grants.Add(grant);
        return grant;
    }

    /// <summary>A grant that is good still; null for none of this client's.</summary>
    public async Task<Grant?> FindAsync(Guid id, string? clientId, CancellationToken cancellationToken)
    {
        var now = Now;
        return await db.Grants.AsNoTracking().SingleOrDefaultAsync(
            grant => grant.Id == id && grant.ClientId == clientId && !grant.IsRevoked && grant.ExpiresAt > now, cancellationToken);
    }

    public ClaimsPrincipal PrincipalOf(Grant grant) => TicketSerializer.Default.Deserialize(_protector.Unprotect(grant.Ticket))!.Principal;

    /// <summary>Ends every token of it.</summary>
    public Task RevokeAsync(Guid id, CancellationToken cancellationToken) =>
        db.Grants.Where(grant => grant.Id == id).ExecuteUpdateAsync(grant => grant.SetProperty(g => g.IsRevoked, true), cancellationToken);
}
