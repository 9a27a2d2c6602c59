using System.Buffers.Binary;
using MfaMiddleware.Factors;
using Microsoft.AspNetCore.WebUtilities;

namespace MfaMiddleware.PendingSessions;

/// <summary>
/// The ids of pending sessions: random, but for the last 14 bits, which are a keyed hash of the subject. All sessions of a subject have them in common, so
/// that a store of many nodes finds a session, and what is counted for its subject, on one of them by the id alone.
/// </summary>
internal sealed class SessionIds(LookupHasher hasher, StoreBudget budget)
{
    private const ulong PlaceMask = 0x3FFF;

    /// <summary>A token for a new session of this subject.</summary>
    public async ValueTask<MfaToken> NewTokenAsync(MfaSubject subject, CancellationToken cancellationToken) =>
        new(await PlaceAsync(subject, MfaToken.NewId(), cancellationToken), MfaToken.NewSecret());

    /// <summary>The id of a session of this subject that is known by another id: the same one each time.</summary>
    /// <param name="subject">Whose it is.</param>
    /// <param name="id">The other id; one that is no id at all is given back.</param>
    /// <param name="cancellationToken">Ends the wait for the key.</param>
    /// <returns>The id.</returns>
    public async ValueTask<string> PlaceAsync(MfaSubject subject, string id, CancellationToken cancellationToken)
    {
        if (!PendingId.TryParse(id, out var random)) return id;
        var hash = await budget.RunAsync(token => hasher.HashAsync("pending.place", subject, "", token), cancellationToken);
        var place = BinaryPrimitives.ReadUInt16BigEndian(WebEncoders.Base64UrlDecode(hash)) & PlaceMask;
        return new PendingId(random.High, (random.Low & ~PlaceMask) | place).ToString();
    }
}
