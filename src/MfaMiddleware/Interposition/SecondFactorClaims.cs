using System.Globalization;
using System.Security.Claims;

namespace MfaMiddleware.Interposition;

/// <summary>
/// The claims that speak of a second factor (RFC 8176 <c>amr</c>, <c>acr</c>, <c>auth_time</c>). Those that came from elsewhere are removed;
/// ours are written from the stamp each time a ticket is authenticated, so they survive a rebuilt principal.
/// </summary>
internal static class SecondFactorClaims
{
    public const string Amr = "amr";
    public const string Acr = "acr";
    public const string AuthTime = "auth_time";

    /// <summary>Until when a user without a factor may sign in without one, in seconds since the epoch: for the host's own reminder.</summary>
    public const string EnrollBy = "mfa_enroll_by";

    /// <summary>The names of <c>amr</c>; the second is how the JWT handlers of the framework map it. Claims are looked up without regard to case.</summary>
    private static readonly HashSet<string> AmrTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        Amr, "http://schemas.microsoft.com/claims/authnmethodsreferences",
    };

    /// <summary>The names of <c>acr</c> and <c>auth_time</c>, mapped ones too, and our own private claim.</summary>
    private static readonly HashSet<string> OtherTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        Acr, "http://schemas.microsoft.com/claims/authnclassreference",
        AuthTime, "http://schemas.microsoft.com/ws/2008/06/identity/claims/authenticationinstant",
        StampCodec.ClaimType,
        EnrollBy,
    };

    /// <summary>The values that name a primary factor, or nothing but context. Every other value claims a second factor.</summary>
    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal) { "pwd", "kba", "wia", "rba", "geo", "external" };

    /// <summary>A copy of the principal without them.</summary>
    public static ClaimsPrincipal Remove(ClaimsPrincipal principal)
    {
        var copy = PrincipalCopy.Of(principal);
        foreach (var identity in copy.Identities)
        {
            foreach (var claim in identity.Claims.Where(IsForeign).ToList()) identity.RemoveClaim(claim);
        }

        return copy;
    }

    /// <summary>What the principal says of the primary sign-in.</summary>
    public static IReadOnlyList<string> PrimaryOf(ClaimsPrincipal principal) =>
        [.. principal.Claims.Where(c => AmrTypes.Contains(c.Type) && Harmless.Contains(c.Value)).Select(c => c.Value).Distinct()];

    /// <summary>What is known of the primary sign-in of a session.</summary>
    public static IEnumerable<string> PrimaryOf(MfaStamp stamp, MfaOptions options) =>
        options.PrimaryMethods.TryGetValue(stamp.Scheme, out var primary) ? stamp.Primary.Prepend(primary) : stamp.Primary;

    /// <summary>The values that a primary sign-in may have.</summary>
    public static IEnumerable<string> PrimaryValues(MfaOptions options) => Harmless.Concat(options.PrimaryMethods.Values);

    /// <summary>A copy of the principal with the claims of the stamp and no others of their kind.</summary>
    public static ClaimsPrincipal Write(ClaimsPrincipal principal, MfaStamp stamp, MfaOptions options)
    {
        var copy = Remove(principal);
        if (copy.Identity is not ClaimsIdentity identity) return copy;

        foreach (var value in AmrOf(stamp, options).Where(value => !identity.HasClaim(Amr, value))) identity.AddClaim(new Claim(Amr, value));
        var at = stamp.Proof?.At ?? stamp.SignedInAt;
        identity.AddClaim(new Claim(AuthTime, at.ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer64));
        identity.AddClaim(new Claim(Acr, AcrOf(stamp, options.Acr)));
        if (stamp is { Proof: null, EnrollBy: { } deadline }) identity.AddClaim(new Claim(EnrollBy, deadline.ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer64));
        return copy;
    }

    private static IEnumerable<string> AmrOf(MfaStamp stamp, MfaOptions options)
    {
        foreach (var value in PrimaryOf(stamp, options)) yield return value;
        if (stamp.Proof is not { } proof) yield break;
        foreach (var value in proof.Amr) yield return value;
        yield return "mfa";
    }

    private static string AcrOf(MfaStamp stamp, MfaAcrOptions acr) => stamp.Proof?.Strength switch
    {
        null => acr.SingleFactor,
        MfaStrength.PhishingResistant => acr.PhishingResistant,
        _ => acr.MultiFactor,
    };

    private static bool IsForeign(Claim claim) =>
        AmrTypes.Contains(claim.Type) ? !Harmless.Contains(claim.Value) : OtherTypes.Contains(claim.Type);
}
