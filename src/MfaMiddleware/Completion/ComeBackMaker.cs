using MfaMiddleware.Interposition;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Verification;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Completion;

/// <summary>
/// The other way out: the sign-in is made by a repeat of its own request, and what the client gets is a proof that lets that one repeat pass.
/// </summary>
internal sealed class ComeBackMaker(SessionMaker maker, SessionIds ids, ProofCookie cookie, MfaSettings settings)
{
    /// <summary>Makes the proof of a verified session, for its request alone: a cookie for a browser, a token for every other client.</summary>
    /// <returns>The token; null for a browser, which has its cookie.</returns>
    public Task<MfaToken?> MakeAsync(HttpContext context, VerificationResult.Accepted accepted) =>
        MakeAsync(context, accepted.Session, accepted.Session.Payload with { Proof = accepted.Proof, SignIns = [.. accepted.Session.Payload.SignIns.Select(s => s with { Ticket = [] })] });

    /// <summary>Keeps the form of a request for the page that posts it again; it lets nothing pass.</summary>
    public Task KeepFormAsync(HttpContext context, OpenSession session) => MakeAsync(context, session, session.Payload with { SignIns = [] });

    private async Task<MfaToken?> MakeAsync(HttpContext context, OpenSession session, PendingPayload payload)
    {
        var token = await ids.NewTokenAsync(session.Subject, CancellationToken.None);
        var made = new NewSession(
            session.Record.Kind, PendingSessionPurpose.ComeBack, session.Subject, session.Record.Network, payload with { Reply = HeldReply.None }, token.SecretHash, token.SessionId)
        {
            Lifetime = ProofCookie.Lifetime,
        };
        var (result, _) = await maker.MakeAsync(made, settings.Current, CancellationToken.None);
        // The answer was right and is spent; the user signs in once more.
        if (result is not CreateResult.Created) throw new MfaUnavailableException();
        if (session.Record.Kind == PendingSessionKind.Json) return token;

        cookie.Append(context, payload.Original!.Key, token);
        return null;
    }
}
