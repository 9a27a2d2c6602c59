using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Interposition;

/// <summary>Who sends the request: a session of a gated scheme, with its stamp.</summary>
/// <param name="Subject">The user.</param>
/// <param name="Scheme">The scheme of the session.</param>
/// <param name="Principal">The principal, without the claims that are written from the stamp.</param>
/// <param name="Properties">The properties of the ticket.</param>
/// <param name="Stamp">The stamp; null for a session from before adoption, or of a handler that authenticates each request by itself.</param>
internal sealed record SignedInSession(
    MfaSubject Subject, AuthenticationScheme Scheme, ClaimsPrincipal Principal, AuthenticationProperties Properties, MfaStamp? Stamp)
{
    /// <summary>How old a primary sign-in may be that lets a user without any factor set up the first.</summary>
    public static readonly TimeSpan PrimaryMaxAge = TimeSpan.FromMinutes(5);

    /// <summary>Whether the primary sign-in is young enough for the set-up of a first factor.</summary>
    public bool MaySetUpFirst(DateTimeOffset now) =>
        // Fail closed: without a stamp nobody knows when it was; and neither who acts for the user (a bypass) nor a thief must give them a factor.
        Stamp is { Rule: not SignInPassThrough.BypassRule, ShowedAttack: not true } stamp && now - DateTimeOffset.FromUnixTimeSeconds(stamp.SignedInAt) < PrimaryMaxAge;
}

/// <summary>Finds the session that a request brings, where no authorization middleware has looked: on our own endpoints.</summary>
internal sealed class SignedInFinder(IAuthenticationSchemeProvider schemes, GatedSchemes gated, SubjectReader subjects)
{
    /// <summary>The session of the first scheme that has one: those given, the default one, then every other that signs in.</summary>
    /// <returns>Null where nobody is signed in.</returns>
    public async Task<SignedInSession?> FindAsync(HttpContext context, IReadOnlyList<string>? first = null)
    {
        foreach (var name in await CandidatesAsync(first ?? []))
        {
            if (await context.AuthenticateAsync(name) is { Succeeded: true, Ticket: { } ticket } && await ReadAsync(context, ticket) is { } session) return session;
        }

        return null;
    }

    private async Task<IEnumerable<string>> CandidatesAsync(IReadOnlyList<string> first)
    {
        var signIn = (await schemes.GetAllSchemesAsync()).Where(s => typeof(IAuthenticationSignInHandler).IsAssignableFrom(s.HandlerType));
        string?[] standard = [(await schemes.GetDefaultAuthenticateSchemeAsync())?.Name];
        return first.Concat(standard.OfType<string>()).Concat(signIn.Select(s => s.Name)).Distinct().Where(gated.IsGated);
    }

    private async Task<SignedInSession?> ReadAsync(HttpContext context, AuthenticationTicket ticket)
    {
        // A policy scheme may have forwarded to an exempt one.
        var name = GatedSchemes.NameOf(ticket);
        if (!gated.IsGated(name) || await schemes.GetSchemeAsync(name) is not { } scheme) return null;
        if (subjects.TryRead(context, ticket.Principal) is not { } subject) return null;

        var stamp = MfaRequestState.Find(context)?.Authenticated.LastOrDefault(s => s.Scheme == name && s.IsFor(subject));
        return new SignedInSession(subject, scheme, SecondFactorClaims.Remove(ticket.Principal), ticket.Properties, stamp);
    }
}
