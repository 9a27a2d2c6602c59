using System.Security.Cryptography.X509Certificates;

namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>What is asked of the maker's proof of a key.</summary>
internal sealed record AttestationPolicy
{
    /// <summary>The models that may be registered; empty for any. U2F keys have the zero AAGUID. Without trusted attestation a client can claim any model.</summary>
    public IReadOnlyList<Guid> AllowedAaguids { get; init; } = [];

    /// <summary>The models that may not.</summary>
    public IReadOnlyList<Guid> DeniedAaguids { get; init; } = [];

    /// <summary>The makers' roots.</summary>
    public IReadOnlyList<X509Certificate2> Roots { get; init; } = [];

    /// <summary>Whether a key without a proof that leads to one of <see cref="Roots"/> is refused.</summary>
    public bool RefuseUntrusted { get; init; }

    /// <summary>Whether a fido-u2f statement must come with the zero AAGUID, which its signature doesn't cover.</summary>
    public bool ZeroAaguidForU2F { get; init; } = true;

    /// <summary>Whether an android-key statement must say that secure hardware made the key and signs with it.</summary>
    public bool StrictAndroidKey { get; init; } = true;

    /// <summary>Whether a TPM's maker must be of the TCG's list.</summary>
    public bool KnownTpmManufacturer { get; init; } = true;
}
