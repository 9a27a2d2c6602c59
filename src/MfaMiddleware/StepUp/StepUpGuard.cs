using MfaMiddleware.Interposition;
using MfaMiddleware.PendingSessions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.StepUp;

/// <summary>Ties the answer of a step-up to the session that asked for it.</summary>
internal sealed class StepUpGuard(SubjectReader subjects)
{
    /// <summary>Whether the session that is to be renewed is the one of this request.</summary>
    public async Task<bool> IsStillSignedInAsync(HttpContext context, OpenSession session)
    {
        var scheme = await context.RequestServices.SchemeAsync(session.Payload.SignIns[0].Scheme);
        var present = await context.AuthenticateAsync(scheme.Name);

        // A bearer client may keep its old token to itself when it asks for new ones. A cookie comes by itself, so without it the session was
        // signed out or is over: a step-up must not bring it back.
        if (!present.Succeeded) return !GatedSchemes.IsCookie(scheme);

        // Fail closed: a proof of one user is of no use in the session of another.
        return subjects.TryRead(context, present.Principal) == session.Subject;
    }
}
