namespace MfaMiddleware.Methods.Fido;

/// <summary>Whether the authenticator must ask for its PIN or a biometric (WebAuthn L3, 5.8.6).</summary>
public enum UserVerification : byte
{
    /// <summary>Don't ask.</summary>
    Discouraged,

    /// <summary>Ask where the authenticator can.</summary>
    Preferred,

    /// <summary>A proof without it is refused; U2F keys can't give one.</summary>
    Required,
}
