using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace MfaMiddleware.Interposition;

/// <summary>Prepares a principal and its properties for the inner sign-in: foreign claims of a second factor out, our stamp in.</summary>
internal sealed class TicketStamper(StampCodec codec)
{
    /// <summary>The principal and properties to sign in with; the host's own objects stay as they are.</summary>
    public (ClaimsPrincipal Principal, AuthenticationProperties Properties) Stamp(
        AuthenticationScheme scheme, ClaimsPrincipal principal, AuthenticationProperties properties, MfaStamp stamp)
    {
        var stamped = properties.Clone();
        stamped.RemoveMfaBypass();
        StampCodec.Write(stamped, stamp);

        var clean = SecondFactorClaims.Remove(principal);
        // The bearer handler drops the properties of a refresh token, so its opaque tokens carry the stamp as a claim as well.
        if (GatedSchemes.IsBearer(scheme)) ((ClaimsIdentity)clean.Identity!).AddClaim(codec.ToClaim(stamp));
        return (clean, stamped);
    }
}
