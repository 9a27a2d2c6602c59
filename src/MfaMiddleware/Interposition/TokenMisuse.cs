using MfaMiddleware.PendingSessions;
using MfaMiddleware.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Interposition;

/// <summary>
/// The token of a pending sign-in in the place of a credential: the handlers refuse it like any other text, and here the audit learns that it
/// was tried, and for whom.
/// </summary>
internal sealed partial class TokenMisuse(SessionOpener sessions, BypassAttempts bypasses, ILogger<TokenMisuse> logger)
{
    /// <summary>How many values of a request are looked up: whoever sends more learns no more.</summary>
    private const int MaxTokens = 4;

    /// <summary>Looks at the credentials of a request that the handler of a scheme refused.</summary>
    public async Task AuditAsync(HttpContext context, string? scheme)
    {
        // Several handlers refuse one request; it is told once.
        if (MfaRequestState.Find(context) is null || MfaRequestState.Of(context) is not { IsAudited: false } state) return;
        state.IsAudited = true;
        await AuditAsync(context, scheme, Candidates(context.Request));
    }

    /// <summary>Looks at what the request sent as a refresh token of a bearer scheme and is none.</summary>
    public async Task AuditRefreshAsync(HttpContext context)
    {
        if (MfaRequestState.Find(context) is { RefusedRefreshTokens: { Count: > 0 } tokens }) await AuditAsync(context, null, tokens);
    }

    private async Task AuditAsync(HttpContext context, string? scheme, IEnumerable<string?> values)
    {
        foreach (var token in values.Distinct().Select(MfaToken.Parse).OfType<MfaToken>().Take(MaxTokens))
        {
            if (await FindSubjectAsync(token, context.RequestAborted) is { } subject) await bypasses.WriteAsync(BypassAttempts.TokenAsCredential, subject, scheme);
        }
    }

    private static IEnumerable<string?> Candidates(HttpRequest request)
    {
        foreach (var value in request.Headers.Authorization) yield return value?.Split(' ')[^1];
        foreach (var (_, value) in request.Cookies) yield return value;
        foreach (var (_, values) in request.Query) yield return values.ToString();
    }

    private async Task<MfaSubject?> FindSubjectAsync(MfaToken token, CancellationToken cancellationToken)
    {
        try
        {
            return (await sessions.OpenAsync(token, cancellationToken))?.Subject;
        }
        catch (MfaUnavailableException e)
        {
            // The request is refused in any case; only the audit doesn't learn of it.
            Log.NotAudited(logger, e);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(115, LogLevel.Warning, "A credential that looks like the token of a pending sign-in was refused; the store could not say whose it is.")]
        public static partial void NotAudited(ILogger logger, Exception exception);
    }
}
