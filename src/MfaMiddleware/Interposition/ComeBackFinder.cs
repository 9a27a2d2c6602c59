using System.Security.Cryptography;
using MfaMiddleware.Endpoints;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Telemetry;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Interposition;

/// <summary>A way back that was opened in this request, and the schemes that it still lets pass.</summary>
internal sealed record OpenedComeBack(OpenSession Session, HashSet<string> Schemes);

/// <summary>
/// Finds the proof that lets a repeated sign-in pass: for the same subject, scheme and request, once. What doesn't fit is no proof, and the
/// sign-in is challenged anew.
/// </summary>
internal sealed class ComeBackFinder(SessionOpener opener, SessionStore store, ProofCookie cookie, BypassAttempts bypasses)
{
    /// <summary>The stamp of the sign-in that comes back; null where it is a new one.</summary>
    public async Task<MfaStamp?> FindAsync(HttpContext context, MfaRequestState state, SignInRequest request)
    {
        // The repeat of a request that signed in to two schemes signs in to both again: the proof is consumed with the first.
        if (state.ComeBack is null && await OpenAsync(context, state, request) is { } session)
            state.ComeBack = new OpenedComeBack(session, [.. session.Payload.SignIns.Select(s => s.Scheme)]);

        return state.ComeBack is { } opened && opened.Session.Subject == request.Subject && opened.Schemes.Remove(request.Scheme.Name)
            ? StampFor(opened.Session, request)
            : null;
    }

    private async Task<OpenSession?> OpenAsync(HttpContext context, MfaRequestState state, SignInRequest request)
    {
        var header = MfaRequestReader.TokenOf(context);
        if (header is null && !ProofCookie.MayBeIn(context)) return null;
        if (await state.OriginalAsync(context) is not { } original) return null;

        var (token, kind) = header is null
            ? (cookie.Read(context, original.Key), PendingSessionKind.Browser)
            : (MfaToken.Parse(header), PendingSessionKind.Json);
        if (token is not { } sent || await opener.OpenComeBackAsync(sent, kind, context.RequestAborted) is not { Payload.Proof: not null } session) return null;
        if (kind == PendingSessionKind.Browser) cookie.Delete(context, original.Key);
        if (!IsFor(session, request, original))
        {
            await bypasses.WriteAsync(BypassAttempts.ProofForAnotherRequest, session.Subject, request.Scheme.Name);
            return null;
        }

        return await ConsumeAsync(session.Record) ? session : null;
    }

    private static bool IsFor(OpenSession session, SignInRequest request, OriginalRequest original) =>
        session.Subject == request.Subject
        && session.Payload.SignIns.Any(s => s.Scheme == request.Scheme.Name)
        && session.Payload.Original is { } asked && CryptographicOperations.FixedTimeEquals(asked.Fingerprint, original.Fingerprint);

    /// <summary>Of any number of repeats one gets true; the client's going away changes nothing from here on.</summary>
    private async Task<bool> ConsumeAsync(PendingSession record) =>
        await store.TrySpendAttemptAsync(record.Id, record.Version, CancellationToken.None) is not null
        && await store.TryConsumeAsync(record.Id, record.Version, null, CancellationToken.None);

    private static MfaStamp StampFor(OpenSession session, SignInRequest request) => new()
    {
        Realm = request.Subject.Realm,
        SubjectId = request.Subject.Id,
        Scheme = request.Scheme.Name,
        Rule = session.Payload.Rule,
        SignedInAt = session.Payload.SignIns.First(s => s.Scheme == request.Scheme.Name).SignedInAt,
        Primary = SecondFactorClaims.PrimaryOf(request.Principal),
        Proof = session.Payload.Proof,
    };
}
