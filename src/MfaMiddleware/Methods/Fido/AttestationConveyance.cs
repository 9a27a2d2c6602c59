namespace MfaMiddleware.Methods.Fido;

/// <summary>Whether the browser is asked for the maker's proof of the key (WebAuthn L3, 5.4.7).</summary>
internal enum AttestationConveyance : byte
{
    None,
    Direct,
}
