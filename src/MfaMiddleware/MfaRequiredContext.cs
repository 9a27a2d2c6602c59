using MfaMiddleware.Policies;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware;

/// <summary>A sign-in that needs a second factor, for a host that answers it in words of its own; see <c>OnMfaRequired</c>.</summary>
public sealed class MfaRequiredContext
{
    internal MfaRequiredContext(HttpContext httpContext, string scheme, MfaSubject subject, MfaOutcome outcome) =>
        (HttpContext, Scheme, Subject, Outcome) = (httpContext, scheme, subject, outcome);

    /// <summary>The request that signs in; the answer goes to its response.</summary>
    public HttpContext HttpContext { get; }

    /// <summary>The scheme that is signed in to.</summary>
    public string Scheme { get; }

    /// <summary>The user.</summary>
    public MfaSubject Subject { get; }

    /// <summary>
    /// What the user would meet: a challenge (<see cref="MfaOutcome.Required"/>), a set-up, or a refusal (<see cref="MfaOutcome.Denied"/>), where no
    /// factor that they have or may set up is enough.
    /// </summary>
    public MfaOutcome Outcome { get; }

    internal bool IsLeftToGate { get; private set; }

    /// <summary>Writes no answer: the challenge, or the refusal, goes out as if nobody had asked.</summary>
    public void LeaveToGate() => IsLeftToGate = true;
}
