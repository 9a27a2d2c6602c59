using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Interposition;

/// <summary>Reads (realm, subject) from a principal.</summary>
internal sealed class SubjectReader(MfaSettings settings, RealmResolver realms)
{
    private static readonly string[] DefaultClaims = ["sub", ClaimTypes.NameIdentifier];

    /// <summary>The subject, or an exception that names the claim types found and the line to add.</summary>
    public MfaSubject Read(HttpContext context, ClaimsPrincipal principal)
    {
        var types = ClaimTypesOf(settings.Current);
        var ids = Ids(principal, types);
        return ids.Count switch
        {
            1 => new MfaSubject(realms.Resolve(context), ids[0]),
            // Fail closed: a sign-in without a subject can't be tied to anyone's factors.
            0 => throw new InvalidOperationException(
                $"The principal that is signed in has no claim {string.Join(" or ", types)}: MFA can't tell whose factors to ask for. " +
                $"Claim types found: {Join(principal.Claims.Select(c => c.Type))}. " +
                "Put one of them on the principal, or name the claim that identifies your users: \"Mfa\": { \"SubjectClaims\": [ \"…\" ] }."),
            _ => throw new InvalidOperationException(
                $"The principal that is signed in names {ids.Count} different subjects in {string.Join(", ", types)}: MFA refuses to choose. " +
                "Name the one claim that identifies your users: \"Mfa\": { \"SubjectClaims\": [ \"…\" ] }."),
        };
    }

    public MfaSubject? TryRead(HttpContext context, ClaimsPrincipal principal)
    {
        var ids = Ids(principal, ClaimTypesOf(settings.Current));
        return ids.Count == 1 ? new MfaSubject(realms.Resolve(context), ids[0]) : null;
    }

    private static IList<string> ClaimTypesOf(MfaOptions options) => options.SubjectClaims.Count > 0 ? options.SubjectClaims : DefaultClaims;

    private static List<string> Ids(ClaimsPrincipal principal, IList<string> types)
    {
        var ids = new List<string>(1);
        foreach (var claim in principal.Claims)
        {
            if (types.Contains(claim.Type) && !string.IsNullOrWhiteSpace(claim.Value) && !ids.Contains(claim.Value)) ids.Add(claim.Value);
        }

        return ids;
    }

    private static string Join(IEnumerable<string> types) => string.Join(", ", types.Distinct().DefaultIfEmpty("none"));
}

/// <summary>The realm (tenant) of a request: the host's callback, empty by default.</summary>
internal sealed class RealmResolver(Func<HttpContext, string> resolve)
{
    public string Resolve(HttpContext context) => resolve(context) ?? "";
}
