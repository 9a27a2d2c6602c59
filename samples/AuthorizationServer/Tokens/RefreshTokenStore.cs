using AuthorizationServer.Storage;
using Microsoft.EntityFrameworkCore;

namespace AuthorizationServer.Tokens;

/// <summary>Rotation with reuse detection (RFC 9700 section 4.14.2): each token is exchanged once; a second time ends all of its grant.</summary>
public sealed class RefreshTokenStore(ServerDb db, GrantStore grants, TimeProvider time)
{
    public async Task<string> CreateAsync(Grant grant, CancellationToken cancellationToken)
    {
        var token = Secret.New();
        db.RefreshTokens.Add(new RefreshToken { Hash = Secret.Hash(token), GrantId = grant.Id });
        await db.SaveChangesAsync(cancellationToken);
        return token;
    }

    /// <summary>The grant of a token; null where this client can't exchange it.</summary>
    public async Task<Grant?> ExchangeAsync(string token, string clientId, CancellationToken cancellationToken)
    {
        var hash = Secret.Hash(token);
        if (await db.RefreshTokens.AsNoTracking().SingleOrDefaultAsync(row => row.Hash == hash, cancellationToken) is not { } stored)
            return null;
        if (await grants.FindAsync(stored.GrantId, clientId, cancellationToken) is not { } grant)
            return null;

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var taken = await db.RefreshTokens
            .Where(row => row.Hash == hash && row.UsedAt == null)
            .ExecuteUpdateAsync(row => row.SetProperty(r => r.UsedAt, now), cancellationToken);
        if (taken == 1)
            return grant;

        // Either the client or a thief has the newer one, and nobody can tell which.
        await grants.RevokeAsync(grant.Id, cancellationToken);
        return null;
    }
}
