namespace MfaMiddleware.Methods.Fido.Messages;

/// <summary>WebAuthn L3, 7.1 steps 15 to 17 and 7.2 steps 16 to 18.</summary>
internal static class FlagRules
{
    /// <summary>Checks the flags.</summary>
    /// <param name="data">The authenticator data.</param>
    /// <param name="verification">What the ceremony asked for.</param>
    /// <param name="isU2F">A U2F key can't verify the user, whatever the bit says.</param>
    /// <returns>Why not; null if all is well.</returns>
    public static string? WhyNot(AuthenticatorData data, UserVerification verification, bool isU2F)
    {
        if (!data.Has(AuthenticatorFlags.UserPresent)) return Refusal.UserNotPresent;
        if (verification == UserVerification.Required && (isU2F || !data.Has(AuthenticatorFlags.UserVerified))) return Refusal.UserNotVerified;

        return data.Has(AuthenticatorFlags.BackupState) && !data.Has(AuthenticatorFlags.BackupEligible) ? Refusal.BackupFlagsInvalid : null;
    }
}
