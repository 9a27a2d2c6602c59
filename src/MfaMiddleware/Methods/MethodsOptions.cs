using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.Hotp;
using MfaMiddleware.Methods.RecoveryCodes;
using MfaMiddleware.Methods.Sms;
using MfaMiddleware.Methods.Totp;

namespace MfaMiddleware.Methods;

/// <summary>The settings of the methods (<c>Mfa:Methods</c>).</summary>
public sealed class MethodsOptions
{
    /// <summary>Codes of an authenticator app (RFC 6238).</summary>
    public TotpOptions Totp { get; set; } = new();

    /// <summary>Codes of a token with a button (RFC 4226).</summary>
    public HotpOptions Hotp { get; set; } = new();

    /// <summary>Security keys and passkeys (WebAuthn).</summary>
    public FidoOptions Fido { get; set; } = new();

    /// <summary>Codes by text message.</summary>
    public SmsOptions Sms { get; set; } = new();

    /// <summary>Recovery codes.</summary>
    public RecoveryCodesOptions RecoveryCodes { get; set; } = new();
}
