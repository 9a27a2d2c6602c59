namespace MfaMiddleware.Methods.Fido;

/// <summary>Security keys and passkeys (<c>Mfa:Methods:Fido</c>, WebAuthn Level 3). Offered once <see cref="RelyingPartyId"/> is set.</summary>
public sealed class FidoOptions
{
    /// <summary>Whether the method is offered. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The domain that keys are bound to, for example <c>example.com</c>. It can't change later: every key would be lost.</summary>
    public string? RelyingPartyId { get; set; }

    /// <summary>The origins of the pages that use keys, exactly as browsers write them: <c>https://example.com</c>.</summary>
    public IList<string> Origins { get; } = [];

    /// <summary>Whether the authenticator asks for its PIN or a biometric. Default: <see cref="UserVerification.Preferred"/>, since it is the second factor.</summary>
    public UserVerification UserVerification { get; set; } = UserVerification.Preferred;

    /// <summary>Whether the maker's proof of a new key is asked for. Default: <see cref="AttestationConveyance.None"/>.</summary>
    public AttestationConveyance Attestation { get; set; }

    /// <summary>Files with the makers' roots, PEM or DER.</summary>
    public IList<string> TrustRoots { get; } = [];

    /// <summary>Whether a key whose proof leads to none of <see cref="TrustRoots"/> is refused. Default: false.</summary>
    public bool RefuseUntrusted { get; set; }

    /// <summary>The models that may be registered, by AAGUID; empty for any.</summary>
    public IList<string> AllowedAaguids { get; } = [];

    /// <summary>The models that may not.</summary>
    public IList<string> DeniedAaguids { get; } = [];

    /// <summary>The AppID (an https URL) that U2F keys were registered under before WebAuthn; null where there are none.</summary>
    public string? AppId { get; set; }

    /// <summary>Whether a frame of another site may use keys. Default: false.</summary>
    public bool AllowCrossOrigin { get; set; }

    /// <summary>The sites whose pages may hold that frame.</summary>
    public IList<string> TopOrigins { get; } = [];

    /// <summary>How long a user has: up to 5 minutes, the default.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);
}
