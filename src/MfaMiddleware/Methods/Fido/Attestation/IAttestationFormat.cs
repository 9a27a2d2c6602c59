namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>One attestation statement format of WebAuthn L3, chapter 8.</summary>
internal interface IAttestationFormat
{
    /// <summary>The name in the registry, case-sensitive.</summary>
    string Name { get; }

    /// <summary>Runs the format's verification procedure; not the chain to a root.</summary>
    /// <param name="input">The statement and what it speaks of.</param>
    /// <returns>The verdict.</returns>
    AttestationVerdict Verify(AttestationInput input);
}
