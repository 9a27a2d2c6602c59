using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace MfaMiddleware.Interposition;

/// <summary>Which schemes are gated. Every scheme is, unless exempt by name and with a reason; never by a guess.</summary>
internal sealed class GatedSchemes(MfaSettings settings)
{
    private const string AccessToken = ":AccessToken";
    private const string Intermediate = "an intermediate step of ASP.NET Core Identity, not a session";

    private static readonly Dictionary<string, string> ExemptByDefault = new(StringComparer.Ordinal)
    {
        [IdentityConstants.ExternalScheme] = Intermediate,
        [IdentityConstants.TwoFactorUserIdScheme] = Intermediate,
        [IdentityConstants.TwoFactorRememberMeScheme] = Intermediate,
    };

    /// <summary>Why a scheme is exempt; null where it is gated.</summary>
    public string? ExemptionOf(string scheme) =>
        settings.Current.ExemptSchemes.TryGetValue(scheme, out var reason) || ExemptByDefault.TryGetValue(scheme, out reason) ? reason : null;

    public bool IsGated(string scheme) => ExemptionOf(scheme) is null;

    /// <summary>
    /// Whether a sign-in to this scheme can be made in the request that answers the challenge. A handler of any other kind, an authorization
    /// server's above all, reads its own request, so the client comes back to that one.
    /// </summary>
    public bool SignsInNow(AuthenticationScheme scheme) =>
        IsCookie(scheme) || IsBearer(scheme) || settings.Current.SignInNowSchemes.Contains(scheme.Name);

    public static bool IsCookie(AuthenticationScheme scheme) => typeof(CookieAuthenticationHandler).IsAssignableFrom(scheme.HandlerType);

    /// <summary>The scheme of a ticket: the framework's bearer handler writes <c>Scheme:AccessToken</c> into its tickets.</summary>
    public static string NameOf(AuthenticationTicket ticket) =>
        ticket.AuthenticationScheme.EndsWith(AccessToken, StringComparison.Ordinal) ? ticket.AuthenticationScheme[..^AccessToken.Length] : ticket.AuthenticationScheme;

    /// <summary>The framework's bearer-token handler; its type is internal.</summary>
    public static bool IsBearer(AuthenticationScheme scheme) =>
        scheme.HandlerType.Assembly == typeof(BearerTokenOptions).Assembly && scheme.HandlerType.Name == "BearerTokenHandler";
}
