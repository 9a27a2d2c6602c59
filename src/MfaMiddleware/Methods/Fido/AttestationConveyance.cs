namespace MfaMiddleware.Methods.Fido;

/// <summary>Whether the browser is asked for the maker's proof of the key (WebAuthn L3, 5.4.7).</summary>
public enum AttestationConveyance : byte
{
    /// <summary>No.</summary>
    None,

    /// <summary>Yes, as the authenticator gives it.</summary>
    Direct,
}
