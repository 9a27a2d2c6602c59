using System.Security.Cryptography.X509Certificates;

namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>Follows certificates to a configured root: no other root of the machine, and nothing over the network.</summary>
internal static class TrustChain
{
    public static bool LeadsTo(IReadOnlyList<X509Certificate2> roots, IReadOnlyList<X509Certificate2> certificates, DateTimeOffset now)
    {
        if (roots.Count == 0) return false;

        using var chain = new X509Chain { ChainPolicy = PolicyFor(roots, certificates, now) };
        try
        {
            return chain.Build(certificates[0]) || EndsAtAnchor(chain, roots);
        }
        finally
        {
            foreach (var element in chain.ChainElements) element.Certificate.Dispose();
        }
    }

    private static X509ChainPolicy PolicyFor(IReadOnlyList<X509Certificate2> roots, IReadOnlyList<X509Certificate2> certificates, DateTimeOffset now)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTimeIgnored = false,
            VerificationTime = now.UtcDateTime,
        };
        foreach (var root in roots) policy.CustomTrustStore.Add(root);
        foreach (var certificate in certificates.Skip(1)) policy.ExtraStore.Add(certificate);
        return policy;
    }

    // A maker may name an intermediate, or one model's certificate, as the anchor: then the chain is whole but for a root nobody trusts.
    private static bool EndsAtAnchor(X509Chain chain, IReadOnlyList<X509Certificate2> roots)
    {
        var isOnlyPartial = chain.ChainStatus.Length > 0 && chain.ChainStatus.All(s => s.Status == X509ChainStatusFlags.PartialChain);
        return isOnlyPartial && chain.ChainElements[^1].Certificate is var last && roots.Any(r => r.RawDataMemory.Span.SequenceEqual(last.RawDataMemory.Span));
    }
}
