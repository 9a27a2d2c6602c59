using System.Security.Claims;
using MfaMiddleware.Telemetry;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Interposition;

/// <summary>Reads the stamp of a ticket that was authenticated, writes its claims, and remembers its proof for other sign-ins of the request.</summary>
internal sealed partial class SessionReader(
    StampCodec codec,
    SubjectReader subjects,
    OtherSessions others,
    GatedSchemes schemes,
    MfaSettings settings,
    BypassAttempts bypasses,
    ILogger<SessionReader> logger)
{
    public async Task<AuthenticateResult> ReadAsync(HttpContext context, AuthenticateResult result)
    {
        if (result is not { Succeeded: true, Ticket: { } ticket } || !schemes.IsGated(GatedSchemes.NameOf(ticket))) return result;
        var (stamp, isOfAnotherRealm) = await FindStampAsync(context, ticket);
        if (stamp is not null)
        {
            if (await others.ReviewAsync(stamp, context.RequestAborted) is { } present) return Stamped(context, ticket, present);
            Log.OtherSessionEnded(logger, ticket.AuthenticationScheme);
            return AuthenticateResult.NoResult();
        }

        if (isOfAnotherRealm)
        {
            // Fail closed: what let it in there, a factor or a policy of that realm, is nothing here; and it is no session from before adoption.
            Log.SessionOfAnotherRealm(logger, ticket.AuthenticationScheme);
            return AuthenticateResult.NoResult();
        }

        // A session from before adoption, or of a handler that authenticates each request by itself.
        if (settings.Current.ExistingSessions == ExistingSessionsMode.End && await IsSignInSchemeAsync(context, GatedSchemes.NameOf(ticket)))
        {
            Log.UnstampedSessionEnded(logger, ticket.AuthenticationScheme);
            return AuthenticateResult.NoResult();
        }

        Log.UnstampedSessionKept(logger, ticket.AuthenticationScheme);
        return ticket.Principal.HasClaim(c => c.Type == StampCodec.ClaimType) ? WithPrincipal(ticket, SecondFactorClaims.Remove(ticket.Principal)) : result;
    }

    private AuthenticateResult Stamped(HttpContext context, AuthenticationTicket ticket, MfaStamp stamp)
    {
        if (MfaRequestState.Find(context) is not null) MfaRequestState.Of(context).Authenticated.Add(stamp);
        return WithPrincipal(ticket, SecondFactorClaims.Write(ticket.Principal, stamp, settings.Current));
    }

    private static AuthenticateResult WithPrincipal(AuthenticationTicket ticket, ClaimsPrincipal principal) =>
        AuthenticateResult.Success(new AuthenticationTicket(principal, ticket.Properties, ticket.AuthenticationScheme));

    /// <returns>The stamp where it is this session's; else whether it is one of the same user in another realm.</returns>
    private async Task<(MfaStamp? Stamp, bool IsOfAnotherRealm)> FindStampAsync(HttpContext context, AuthenticationTicket ticket)
    {
        var stamp = StampCodec.Read(ticket.Properties);
        if (stamp is null)
        {
            (stamp, var isForged) = codec.Read(ticket.Principal);
            if (isForged) await AuditForgeryAsync(context, ticket);
        }

        if (stamp is null || subjects.TryRead(context, ticket.Principal) is not { } subject) return (null, false);
        return stamp.IsFor(subject) && stamp.Scheme == GatedSchemes.NameOf(ticket) ? (stamp, false) : (null, stamp.SubjectId == subject.Id && stamp.Realm != subject.Realm);
    }

    private async Task AuditForgeryAsync(HttpContext context, AuthenticationTicket ticket)
    {
        Log.ForgedStamp(logger, ticket.AuthenticationScheme);
        await bypasses.WriteAsync(BypassAttempts.ForgedStamp, subjects.TryRead(context, ticket.Principal), ticket.AuthenticationScheme);
    }

    private static async Task<bool> IsSignInSchemeAsync(HttpContext context, string scheme)
    {
        var handlers = (IAuthenticationHandlerProvider)context.RequestServices.GetService(typeof(IAuthenticationHandlerProvider))!;
        return await handlers.GetHandlerAsync(context, scheme) is IAuthenticationSignInHandler;
    }

    private static partial class Log
    {
        [LoggerMessage(110, LogLevel.Information, "A session of {Scheme} carries no stamp of MFA and was ended (Mfa:ExistingSessions is End).")]
        public static partial void UnstampedSessionEnded(ILogger logger, string scheme);

        [LoggerMessage(111, LogLevel.Debug, "A session of {Scheme} carries no stamp of MFA and was kept (Mfa:ExistingSessions is Keep).")]
        public static partial void UnstampedSessionKept(ILogger logger, string scheme);

        [LoggerMessage(114, LogLevel.Information, "A session of {Scheme} was ended: its user's factors have changed since (Mfa:OtherSessions is End).")]
        public static partial void OtherSessionEnded(ILogger logger, string scheme);

        [LoggerMessage(118, LogLevel.Warning, "A session of {Scheme} was made in another realm (UseRealm), and is none in that of this request.")]
        public static partial void SessionOfAnotherRealm(ILogger logger, string scheme);

        [LoggerMessage(112, LogLevel.Warning, "A session of {Scheme} carries a stamp of MFA that doesn't verify. The stamp was ignored.")]
        public static partial void ForgedStamp(ILogger logger, string scheme);
    }
}
