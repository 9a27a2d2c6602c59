namespace MfaMiddleware.Methods.Fido;

/// <summary>Whether the authenticator must ask for its PIN or a biometric (WebAuthn L3, 5.8.6).</summary>
internal enum UserVerification : byte
{
    Discouraged,
    Preferred,
    Required,
}
