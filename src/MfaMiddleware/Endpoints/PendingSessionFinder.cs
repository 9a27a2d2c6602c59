using Microsoft.AspNetCore.Http;

using MfaMiddleware.Interposition;

namespace MfaMiddleware.Endpoints;

/// <summary>Reads the token of a request and finds its session; what is wrong is answered here.</summary>
internal sealed class PendingSessionFinder(MfaSignInManager manager, RealmResolver realms)
{
    /// <summary>Null where the answer has been written already.</summary>
    public async Task<(MfaRequestBody Body, MfaPendingSignIn Pending)?> FindAsync(HttpContext context, Func<MfaRequestBody, string?>? complaint = null)
    {
        if (await MfaRequestReader.ReadAsync(context) is not { } body) return null;
        var missing = body.MfaToken is null ? "mfa_token is missing." : complaint?.Invoke(body);
        if (missing is not null)
        {
            await MfaRequestReader.RefuseAsync(context, missing);
            return null;
        }

        return await FindAsync(context, body.MfaToken) is { } pending ? (body, pending) : null;
    }

    public async Task<MfaPendingSignIn?> FindAsync(HttpContext context, string? token)
    {
        UnavailableFilter.Remember(context, token);
        var pending = await manager.FindByTokenAsync(token, context.RequestAborted);
        // Fail closed: to another tenant a token is unknown, and stays unspent.
        if (pending is not null && pending.Session.Subject.Realm == realms.Resolve(context)) return pending;
        await InvalidTokenAsync(context);
        return null;
    }

    public static Task InvalidTokenAsync(HttpContext context) =>
        MfaResponseWriter.WriteAsync(context, StatusCodes.Status401Unauthorized, new MfaResponse { Type = 1, Error = "invalid_token" });
}
