namespace MfaMiddleware;

/// <summary>How much a proof of a second factor is worth, weakest first.</summary>
public enum MfaStrength
{
    /// <summary>A code sent over the telephone network (a restricted authenticator, NIST SP 800-63B-4 section 3.2.9).</summary>
    Sms = 1,

    /// <summary>A one-time code of a device (TOTP, HOTP); a recovery or access code ranks the same.</summary>
    Otp = 2,

    /// <summary>A proof bound to the origin (FIDO).</summary>
    PhishingResistant = 3,
}
