using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Completion;

/// <summary>
/// The host's last word before a challenged sign-in completes: minutes have passed since the password, and the account may have been locked
/// meanwhile. Set with <c>AddMfa().OnCompleting(…)</c>.
/// </summary>
public sealed class MfaCompletingContext
{
    internal MfaCompletingContext(HttpContext httpContext, string scheme, ClaimsPrincipal principal, MfaSubject subject)
    {
        HttpContext = httpContext;
        Scheme = scheme;
        Principal = principal;
        Subject = subject;
    }

    /// <summary>The request that answers the challenge.</summary>
    public HttpContext HttpContext { get; }

    /// <summary>The scheme that is signed in to.</summary>
    public string Scheme { get; }

    /// <summary>The user.</summary>
    public MfaSubject Subject { get; }

    /// <summary>The principal as it was captured; the host may put a fresh one of the same subject here.</summary>
    public ClaimsPrincipal Principal { get; set; }

    /// <summary>Whether the host refused.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Why, in a word for the audit; null where the host didn't say.</summary>
    public string? Reason { get; private set; }

    /// <summary>Refuses the sign-in: the client gets <c>access_denied</c>, and the session is gone.</summary>
    /// <param name="reason">Why, in a word for the audit and the log, such as <c>locked_out</c>: nothing that the user types. The client isn't told.</param>
    public void Refuse(string? reason = null) => (IsRefused, Reason) = (true, reason);
}
