using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace MfaMiddleware.Interposition;

/// <summary>Prepares a principal and its properties for the inner sign-in: foreign claims of a second factor out, our stamp in.</summary>
internal sealed class TicketStamper(StampCodec codec, GatedSchemes schemes, MfaSettings settings)
{
    /// <summary>The principal and properties to sign in with; the host's own objects stay as they are.</summary>
    public (ClaimsPrincipal Principal, AuthenticationProperties Properties) Stamp(
        AuthenticationScheme scheme, ClaimsPrincipal principal, AuthenticationProperties properties, MfaStamp stamp)
    {
        var stamped = properties.Clone();
        stamped.RemoveMfa();
        StampCodec.Write(stamped, stamp);

        // A ticket of the framework gets its claims when it is authenticated; a handler of its own kind makes tokens of what it is given now.
        var signsInNow = schemes.SignsInNow(scheme);
        var clean = signsInNow ? SecondFactorClaims.Remove(principal) : SecondFactorClaims.Write(principal, stamp, settings.Current);
        // Where the handler drops the properties (a bearer refresh token, an authorization code), the stamp rides as a claim as well.
        if (!signsInNow || GatedSchemes.IsBearer(scheme)) ((ClaimsIdentity)clean.Identity!).AddClaim(codec.ToClaim(stamp));
        return (clean, stamped);
    }

    /// <summary>The principal with the claims of the stamp, as a request that is signed in by it sees them.</summary>
    public ClaimsPrincipal PrincipalOf(ClaimsPrincipal principal, MfaStamp stamp) => SecondFactorClaims.Write(principal, stamp, settings.Current);
}
