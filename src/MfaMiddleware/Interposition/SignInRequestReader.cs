using System.Security.Claims;
using MfaMiddleware.TrustedDevices;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Interposition;

/// <summary>
/// Reads a call of <c>SignInAsync</c> and first checks what the framework's own service would check, with the same exceptions: a mistake of
/// the host must show now, not in the request that answers the challenge.
/// </summary>
internal sealed class SignInRequestReader(
    IAuthenticationSchemeProvider schemes,
    IOptions<AuthenticationOptions> authentication,
    SubjectReader subjects,
    DeviceCookie devices,
    TimeProvider time)
{
    private const int MaxForwards = 8;

    public async Task<AuthenticationScheme> ResolveSchemeAsync(HttpContext context, string? scheme, ClaimsPrincipal principal)
    {
        CheckPrincipal(principal);
        var name = scheme ?? (await schemes.GetDefaultSignInSchemeAsync())?.Name ?? throw new InvalidOperationException(
            "No authenticationScheme was specified, and there was no DefaultSignInScheme found. The default schemes can be set using either " +
            "AddAuthentication(string defaultScheme) or AddAuthentication(Action<AuthenticationOptions> configureOptions).");

        var handlers = context.RequestServices.GetService(typeof(IAuthenticationHandlerProvider)) as IAuthenticationHandlerProvider;
        for (var i = 0; i < MaxForwards; i++)
        {
            var handler = await handlers!.GetHandlerAsync(context, name);
            if (handler is not IAuthenticationSignInHandler) throw await NoSignInHandlerAsync(name, handler);
            if (ForwardTarget(handler, context) is not { } target || target == name) break;
            name = target;
        }

        return await schemes.GetSchemeAsync(name) ?? throw await NoSignInHandlerAsync(name, null);
    }

    public SignInRequest Read(HttpContext context, AuthenticationScheme scheme, ClaimsPrincipal principal, AuthenticationProperties? properties) => new()
    {
        Subject = subjects.Read(context, principal),
        Scheme = scheme,
        Principal = principal,
        Properties = properties ?? new AuthenticationProperties(),
        Path = context.Request.Path.Value ?? "",
        RemoteAddress = context.Connection.RemoteIpAddress,
        Now = time.GetUtcNow(),
        Browser = devices.Read(context),
    };

    private void CheckPrincipal(ClaimsPrincipal principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        if (!authentication.Value.RequireAuthenticatedSignIn) return;
        if (principal.Identity is null)
        {
            throw new InvalidOperationException("SignInAsync when principal.Identity == null is not allowed when AuthenticationOptions.RequireAuthenticatedSignIn is true.");
        }

        if (!principal.Identity.IsAuthenticated)
        {
            throw new InvalidOperationException("SignInAsync when principal.Identity.IsAuthenticated is false is not allowed when AuthenticationOptions.RequireAuthenticatedSignIn is true.");
        }
    }

    /// <summary>Where the handler would forward the sign-in: the order of the framework's <c>SignInAuthenticationHandler</c>.</summary>
    private static string? ForwardTarget(IAuthenticationHandler handler, HttpContext context) =>
        handler.GetType().GetProperty("Options")?.GetValue(handler) is AuthenticationSchemeOptions options
            ? options.ForwardSignIn ?? options.ForwardDefaultSelector?.Invoke(context) ?? options.ForwardDefault
            : null;

    private async Task<InvalidOperationException> NoSignInHandlerAsync(string scheme, IAuthenticationHandler? handler)
    {
        if (handler is not null)
        {
            return new InvalidOperationException(
                $"The authentication handler registered for scheme '{scheme}' is '{handler.GetType().Name}' which cannot be used for SignInAsync.");
        }

        var known = (await schemes.GetAllSchemesAsync())
            .Where(s => typeof(IAuthenticationSignInHandler).IsAssignableFrom(s.HandlerType)).Select(s => s.Name);
        return new InvalidOperationException(
            $"No sign-in authentication handler is registered for the scheme '{scheme}'. The registered sign-in schemes are: {string.Join(", ", known)}.");
    }
}
