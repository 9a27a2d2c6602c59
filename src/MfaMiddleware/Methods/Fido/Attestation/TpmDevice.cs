namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>What a TPM's certificate says of the TPM.</summary>
/// <param name="Manufacturer">For example <c>id:494E5443</c>.</param>
internal sealed record TpmDevice(string Manufacturer);
