namespace MfaMiddleware.Methods.Fido.Messages;

/// <summary>The flags of authenticator data (WebAuthn L3, 6.1); the other two bits are reserved and ignored.</summary>
[Flags]
internal enum AuthenticatorFlags : byte
{
    None = 0,
    UserPresent = 0x01,
    UserVerified = 0x04,
    BackupEligible = 0x08,
    BackupState = 0x10,
    AttestedCredential = 0x40,
    Extensions = 0x80,
}
