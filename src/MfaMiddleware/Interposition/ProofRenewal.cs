using MfaMiddleware.Verification;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Interposition;

/// <summary>Puts a proof that was just given into the cookie of the present session: the same session, with a newer stamp.</summary>
internal sealed class ProofRenewal(SignInPassThrough passThrough, TimeProvider time)
{
    /// <summary>After a change of the factors that this session made itself: its proof stays as old as it is, and counts on.</summary>
    public Task KeepAsync(HttpContext context, SignedInSession session) => session.Stamp?.Proof is { } proof
        ? RenewAsync(context, session, proof.KnowingAllUntil(time.GetUtcNow()))
        : Task.CompletedTask;

    public Task RenewAsync(HttpContext context, SignedInSession session, MfaProof proof)
    {
        // A bearer scheme would write its tokens into the answer; its client steps up when it needs to.
        if (session.Stamp is not { } stamp || !GatedSchemes.IsCookie(session.Scheme)) return Task.CompletedTask;
        var request = new SignInRequest
        {
            Subject = session.Subject,
            Scheme = session.Scheme,
            Principal = session.Principal,
            Properties = session.Properties,
            Path = context.Request.Path.Value ?? "",
            RemoteAddress = context.Connection.RemoteIpAddress,
            Now = time.GetUtcNow(),
        };
        return passThrough.PassAsync(context, request, stamp with { Proof = proof });
    }
}
