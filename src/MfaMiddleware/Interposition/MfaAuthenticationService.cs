using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Interposition;

/// <summary>Stands in for the host's authentication service: every sign-in of every scheme comes through here.</summary>
internal sealed class MfaAuthenticationService(
    [FromKeyedServices(InnerAuthentication.Key)] IAuthenticationService inner,
    IAuthenticationSchemeProvider schemes,
    SignInInterposer interposer,
    SessionReader sessions,
    TokenMisuse misuse) : IAuthenticationService
{
    public Task<AuthenticateResult> AuthenticateAsync(HttpContext context, string? scheme)
    {
        var result = inner.AuthenticateAsync(context, scheme);
        // Nobody is signed in, so there is no stamp to read: most requests, which pay for no task of ours.
        return result is { IsCompletedSuccessfully: true, Result: { Succeeded: false, Failure: null } } ? result : ReadAsync(context, scheme, result);
    }

    public Task ChallengeAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) =>
        inner.ChallengeAsync(context, scheme, properties);

    public Task ForbidAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) =>
        inner.ForbidAsync(context, scheme, properties);

    public Task SignInAsync(HttpContext context, string? scheme, ClaimsPrincipal principal, AuthenticationProperties? properties)
    {
        if (context.Features.Get<GateProbe>() is { } probe)
        {
            probe.Reached = true;
            return Task.CompletedTask;
        }

        return interposer.SignInAsync(context, scheme, principal, properties);
    }

    public async Task SignOutAsync(HttpContext context, string? scheme, AuthenticationProperties? properties)
    {
        if (MfaRequestState.Find(context)?.Held is { } held
            && (scheme ?? (await schemes.GetDefaultSignOutSchemeAsync())?.Name) is { } name)
        {
            held.TakeBack(name);
        }

        await inner.SignOutAsync(context, scheme, properties);
    }

    private async Task<AuthenticateResult> ReadAsync(HttpContext context, string? scheme, Task<AuthenticateResult> pending)
    {
        var result = await pending;
        if (result is { Succeeded: false, Failure: not null }) await misuse.AuditAsync(context, scheme);
        return await sessions.ReadAsync(context, result);
    }
}

/// <summary>Marks the request of the start-up check, which asks whether a sign-in reaches the gate.</summary>
internal sealed class GateProbe
{
    public bool Reached { get; set; }
}
