namespace MfaMiddleware.Methods.Fido;

/// <summary>Why a ceremony was refused: short codes for the audit event, made of our own words only, never shown to the client.</summary>
internal static class Refusal
{
    public const string Malformed = "malformed";
    public const string CeremonyUnknown = "ceremony_unknown";
    public const string CeremonyExpired = "ceremony_expired";
    public const string WrongCeremony = "wrong_ceremony";
    public const string TypeMismatch = "type_mismatch";
    public const string ChallengeMismatch = "challenge_mismatch";
    public const string OriginNotAllowed = "origin_not_allowed";
    public const string CrossOriginNotAllowed = "cross_origin_not_allowed";
    public const string TopOriginNotAllowed = "top_origin_not_allowed";
    public const string RpIdMismatch = "rp_id_mismatch";
    public const string UserNotPresent = "user_not_present";
    public const string UserNotVerified = "user_not_verified";
    public const string BackupFlagsInvalid = "backup_flags_invalid";
    public const string BackupEligibilityChanged = "backup_eligibility_changed";
    public const string CredentialUnknown = "credential_unknown";
    public const string CredentialNotOffered = "credential_not_offered";
    public const string CredentialRegistered = "credential_registered";
    public const string CredentialIdMismatch = "credential_id_mismatch";
    public const string CredentialIdLength = "credential_id_length";
    public const string UserHandleMismatch = "user_handle_mismatch";
    public const string AlgorithmNotSupported = "algorithm_not_supported";
    public const string AlgorithmNotOffered = "algorithm_not_offered";
    public const string KeyInvalid = "key_invalid";
    public const string BadSignature = "bad_signature";
    public const string CounterRegress = "counter_regress";
    public const string AttestationInvalid = "attestation_invalid";
    public const string AttestationFormatUnknown = "attestation_format_unknown";
    public const string AttestationUntrusted = "attestation_untrusted";
    public const string AaguidNotZero = "aaguid_not_zero";
    public const string AaguidNotAllowed = "aaguid_not_allowed";
    public const string AndroidKeyNotHardware = "android_key_not_hardware";
    public const string TpmManufacturerUnknown = "tpm_manufacturer_unknown";
    public const string FrameworkRefused = "framework_refused";
}
