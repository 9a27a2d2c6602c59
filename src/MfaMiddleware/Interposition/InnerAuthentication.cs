using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Interposition;

/// <summary>The authentication service that the host had before <c>AddMfa()</c>.</summary>
internal static class InnerAuthentication
{
    public const string Key = "MfaMiddleware.Inner";

    public static IAuthenticationService Of(HttpContext context) =>
        context.RequestServices.GetRequiredKeyedService<IAuthenticationService>(Key);
}
