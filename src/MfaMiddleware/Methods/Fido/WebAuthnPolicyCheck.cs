using MfaMiddleware.Methods.Fido.Keys;

namespace MfaMiddleware.Methods.Fido;

/// <summary>What is wrong with a policy, all of it at once; asked when the host starts.</summary>
internal static class WebAuthnPolicyCheck
{
    private const string AndroidApp = "android:apk-key-hash:";
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(5);

    public static IReadOnlyList<string> Problems(WebAuthnPolicy policy) =>
        [.. DomainProblems(policy), .. OriginProblems(policy), .. AlgorithmProblems(policy.Algorithms), .. OtherProblems(policy)];

    private static IEnumerable<string> DomainProblems(WebAuthnPolicy policy)
    {
        var isDomain = Uri.CheckHostName(policy.RelyingPartyId) == UriHostNameType.Dns && !policy.RelyingPartyId.Any(char.IsAsciiLetterUpper);
        if (!isDomain) yield return $"The relying party id '{policy.RelyingPartyId}' isn't a domain in lower case, without scheme and port.";
    }

    private static IEnumerable<string> OriginProblems(WebAuthnPolicy policy)
    {
        if (policy.Origins.Count == 0) yield return "No origin is allowed: name each origin that the pages are served from, for example 'https://example.com'.";
        foreach (var origin in policy.Origins.Where(o => !IsOriginOf(o, policy.RelyingPartyId)))
        {
            yield return $"The origin '{origin}' isn't an exact https origin (scheme, host, port if it isn't 443) of '{policy.RelyingPartyId}' or of a sub-domain.";
        }

        foreach (var origin in policy.TopOrigins.Where(o => !IsExact(o))) yield return $"The top origin '{origin}' isn't an exact https origin.";
        if (policy.TopOrigins.Count > 0 && !policy.AllowCrossOrigin) yield return "Top origins are named, but cross-origin ceremonies aren't allowed.";
    }

    private static IEnumerable<string> AlgorithmProblems(IReadOnlyList<int> algorithms)
    {
        if (algorithms.Count == 0) yield return "No algorithm is allowed.";
        foreach (var id in algorithms.Where(id => CoseAlgorithm.Find(id) is null)) yield return CoseAlgorithm.WhyNot(id);
    }

    private static IEnumerable<string> OtherProblems(WebAuthnPolicy policy)
    {
        if (policy.AppId is { } appId && !(Uri.TryCreate(appId, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps)) yield return $"The AppID '{appId}' isn't an https URL.";
        if (policy.Timeout <= TimeSpan.Zero || policy.Timeout > LongestTimeout) yield return $"The timeout {policy.Timeout} isn't between 0 and {LongestTimeout}.";
        foreach (var aaguid in policy.AttestationPolicy.AllowedAaguids.Intersect(policy.AttestationPolicy.DeniedAaguids)) yield return $"The AAGUID {aaguid} is allowed and denied.";
        if (policy.AttestationPolicy is { RefuseUntrusted: true, Roots.Count: 0 }) yield return "Untrusted attestation is refused, but no trust root is configured: no key could be registered.";
        if (policy.AttestationPolicy.RefuseUntrusted && policy.Attestation == AttestationConveyance.None) yield return "Untrusted attestation is refused, but attestation isn't asked for.";
    }

    private static bool IsOriginOf(string origin, string domain)
    {
        if (origin.StartsWith(AndroidApp, StringComparison.Ordinal)) return origin.Length > AndroidApp.Length;
        if (!IsExact(origin)) return false;

        var host = new Uri(origin).IdnHost;
        return host == domain || host.EndsWith($".{domain}", StringComparison.Ordinal);
    }

    // Browsers treat http on localhost as secure; nothing else over http can use WebAuthn.
    private static bool IsExact(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IdnHost == "localhost"))
        && origin == (uri.IsDefaultPort ? $"{uri.Scheme}://{uri.IdnHost}" : $"{uri.Scheme}://{uri.IdnHost}:{uri.Port}");
}
