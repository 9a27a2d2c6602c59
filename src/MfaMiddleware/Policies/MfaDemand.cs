using MfaMiddleware.Verification;

namespace MfaMiddleware.Policies;

/// <summary>What the host asks of one sign-in beyond the policy.</summary>
/// <param name="MaxAge">How old a proof may be; null for what the policy says.</param>
/// <param name="Strength">What it must be worth.</param>
internal sealed record MfaDemand(TimeSpan? MaxAge, MfaStrength Strength)
{
    /// <summary>What a decision says that was made under one.</summary>
    public const string Reason = "asked_by_host";

    /// <summary>Whether a session's proof is what is asked for.</summary>
    public bool IsMetBy(MfaProof? proof, MfaOptions options, DateTimeOffset now) =>
        proof is not null && proof.Strength >= Strength && proof.IsYoungerThan(MaxAge ?? options.Policy.ReuseProofFor, now);

    /// <summary>The stricter of both; a refusal stays one.</summary>
    public MfaDecision ApplyTo(MfaDecision wanted)
    {
        if (wanted.Outcome == MfaOutcome.Denied) return wanted;
        return wanted.Become(MfaOutcome.Required, Reason) with
        {
            AllowsTrustedDevice = false,
            // Who has no factor is asked for one too: that it is optional is the policy's word.
            Enrollment = MfaEnrollmentMode.Required,
            MaxAge = wanted.MaxAge is { } age && !(MaxAge < age) ? age : MaxAge,
            MinimumStrength = wanted.MinimumStrength is { } least && least > Strength ? least : Strength,
        };
    }
}
