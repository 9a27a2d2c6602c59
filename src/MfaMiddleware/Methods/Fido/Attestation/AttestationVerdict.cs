using System.Security.Cryptography.X509Certificates;
using MfaMiddleware.Methods.Fido.Credentials;

namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>What a statement is worth: one of the nested types.</summary>
internal abstract record AttestationVerdict
{
    private AttestationVerdict()
    {
    }

    public static Invalid Wrong(string detail) => new(Refusal.AttestationInvalid, detail);

    /// <summary>The statement is right.</summary>
    /// <param name="TrustPath">How far it leads.</param>
    public sealed record Valid(AttestationTrustPath TrustPath) : AttestationVerdict
    {
        /// <summary>The certificates, the key's own first; not yet followed to a root.</summary>
        public IReadOnlyList<X509Certificate2> Chain { get; init; } = [];
    }

    /// <summary>The statement is wrong, or isn't enough.</summary>
    /// <param name="Reason">One of <see cref="Refusal"/>.</param>
    /// <param name="Detail">What is wrong, in our own words.</param>
    public sealed record Invalid(string Reason, string Detail) : AttestationVerdict;
}
