using MfaMiddleware.Methods.Fido.Keys;
using MfaMiddleware.Methods.Fido.Messages;

namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>What a format's verification procedure gets (WebAuthn L3, 6.5.2).</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Data">The authenticator data, with a credential.</param>
/// <param name="Key">The credential's public key.</param>
/// <param name="ClientDataHash">The hash of the client data.</param>
/// <param name="Policy">The policy.</param>
internal sealed record AttestationInput(
    AttestationStatement Statement, AuthenticatorData Data, CoseKey Key, ReadOnlyMemory<byte> ClientDataHash, AttestationPolicy Policy)
{
    public AttestedCredential Credential => Data.Credential!;

    /// <summary>What most formats sign: authenticator data and client data hash.</summary>
    public byte[] Signed => [.. Data.Bytes.Span, .. ClientDataHash.Span];
}
