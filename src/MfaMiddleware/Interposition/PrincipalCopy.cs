using System.Security.Claims;

namespace MfaMiddleware.Interposition;

/// <summary>Copies a principal with its identities, which <see cref="ClaimsPrincipal.Clone"/> shares: the host's own objects stay as they are.</summary>
internal static class PrincipalCopy
{
    public static ClaimsPrincipal Of(ClaimsPrincipal principal) => new(principal.Identities.Select(identity => identity.Clone()));
}
