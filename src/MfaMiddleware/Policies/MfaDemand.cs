namespace MfaMiddleware.Policies;

/// <summary>What the host asks of one sign-in beyond the policy.</summary>
/// <param name="MaxAge">How old a proof may be; null for what the policy says.</param>
/// <param name="Strength">What it must be worth.</param>
internal sealed record MfaDemand(TimeSpan? MaxAge, MfaStrength Strength)
{
    /// <summary>The stricter of both; a refusal stays one.</summary>
    public MfaDecision ApplyTo(MfaDecision wanted)
    {
        if (wanted.Outcome == MfaOutcome.Denied) return wanted;
        return wanted.Become(MfaOutcome.Required, "asked_by_host") with
        {
            AllowsTrustedDevice = false,
            MaxAge = wanted.MaxAge is { } age && !(MaxAge < age) ? age : MaxAge,
            MinimumStrength = wanted.MinimumStrength is { } least && least > Strength ? least : Strength,
        };
    }
}
