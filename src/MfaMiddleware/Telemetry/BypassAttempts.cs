namespace MfaMiddleware.Telemetry;

/// <summary>Writes to the audit that a request tried to get around the gate.</summary>
internal sealed class BypassAttempts(MfaEvents events, TimeProvider time)
{
    /// <summary>Another site's page sent it.</summary>
    public const string ForeignOrigin = "foreign_origin";

    /// <summary>A stamp of MFA that our key didn't make.</summary>
    public const string ForgedStamp = "stamp_does_not_verify";

    /// <summary>The token of a pending sign-in where a credential belongs.</summary>
    public const string TokenAsCredential = "pending_token_as_credential";

    /// <summary>A first factor was to be set up for a user who has one.</summary>
    public const string EnrollmentWithAFactor = "enrollment_with_a_factor";

    /// <summary>A proof for one request was sent with another, or by somebody else.</summary>
    public const string ProofForAnotherRequest = "proof_for_another_request";

    public Task WriteAsync(string reason, MfaSubject? subject = null, string? scheme = null) => events.WriteAsync(new MfaEvent
    {
        Name = MfaEventNames.BypassAttempted,
        Subject = subject,
        At = time.GetUtcNow(),
        Scheme = scheme,
        Reasons = [reason],
    });
}
