using MfaMiddleware.Methods.Fido.Credentials;

namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>8.7: nothing is said of the maker.</summary>
internal sealed class NoneFormat : IAttestationFormat
{
    public string Name => "none";

    public AttestationVerdict Verify(AttestationInput input) =>
        input.Statement.HasOnly() ? new AttestationVerdict.Valid(AttestationTrustPath.None) : AttestationVerdict.Wrong("none: statement isn't empty");
}
