using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using AuthorizationServer.Authorize;
using AuthorizationServer.Storage;
using AuthorizationServer.Tokens;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace AuthorizationServer.Codes;

/// <summary>Gives codes out and takes them back, each once.</summary>
public sealed class CodeStore(ServerDb db, GrantStore grants, TimeProvider time)
{
    private const int LifetimeSeconds = 60;

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    public async Task<string> CreateAsync(AuthorizationRequest request, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var code = Secret.New();
        var grant = grants.Add(request, user);
        db.Codes.Add(new AuthorizationCode
        {
            Hash = Secret.Hash(code),
            GrantId = grant.Id,
            RedirectUri = request.RedirectUri,
            CodeChallenge = request.CodeChallenge,
            ExpiresAt = Now + LifetimeSeconds,
        });
        await db.SaveChangesAsync(cancellationToken);
        return code;
    }

    /// <summary>The grant of a code; null where this client can't redeem it.</summary>
    public async Task<Grant?> RedeemAsync(CodeRedemption sent, CancellationToken cancellationToken)
    {
        var hash = Secret.Hash(sent.Code);
        if (await db.Codes.AsNoTracking().SingleOrDefaultAsync(code => code.Hash == hash, cancellationToken) is not { } code || !IsBoundTo(code, sent))
            return null;
        if (await grants.FindAsync(code.GrantId, sent.ClientId, cancellationToken) is not { } grant)
            return null;

        // One statement: of any number of requests, in any number of processes, one changes the row.
        var now = Now;
        var taken = await db.Codes
            .Where(row => row.Hash == hash && row.UsedAt == null && row.ExpiresAt > now)
            .ExecuteUpdateAsync(row => row.SetProperty(r => r.UsedAt, now), cancellationToken);
        if (taken == 1)
            return grant;

        // RFC 6749 section 4.1.2: a second use may be a thief's, or the first one was.
        if (code.ExpiresAt > now)
            await grants.RevokeAsync(grant.Id, cancellationToken);
        return null;
    }

    private static bool IsBoundTo(AuthorizationCode code, CodeRedemption sent)
    {
        var challenge = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(sent.Verifier)));
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(challenge), Encoding.ASCII.GetBytes(code.CodeChallenge))
            && (sent.RedirectUri is null || sent.RedirectUri == code.RedirectUri);
    }
}

/// <summary>What a client sends to redeem a code.</summary>
/// <param name="RedirectUri">OAuth 2.1 has dropped it; a client of OAuth 2.0 repeats the one of its request.</param>
public sealed record CodeRedemption(string Code, string ClientId, string Verifier, string? RedirectUri);
