using Microsoft.AspNetCore.Http;

namespace MfaMiddleware;

/// <summary>A sign-in that needs a second factor, for a host that answers it in words of its own; see <c>OnMfaRequired</c>.</summary>
public sealed class MfaRequiredContext
{
    internal MfaRequiredContext(HttpContext httpContext, string scheme, MfaSubject subject) => (HttpContext, Scheme, Subject) = (httpContext, scheme, subject);

    /// <summary>The request that signs in; the answer goes to its response.</summary>
    public HttpContext HttpContext { get; }

    /// <summary>The scheme that is signed in to.</summary>
    public string Scheme { get; }

    /// <summary>The user.</summary>
    public MfaSubject Subject { get; }
}
