namespace MfaMiddleware.Methods;

/// <summary>What a method is worth and how it is used.</summary>
public sealed record MfaMethodTraits
{
    /// <summary>The label shown for it until the factor is verified, for example <c>Phone app</c>.</summary>
    public required string Label { get; init; }

    /// <summary>The RFC 8176 values that a success adds to <c>amr</c> beside <c>mfa</c>; may be empty.</summary>
    public IReadOnlyList<string> Amr { get; init; } = [];

    /// <summary>What a proof by it is worth.</summary>
    public required MfaStrength Strength { get; init; }

    /// <summary>Whether <see cref="IMfaMethod.ChallengeAsync"/> must run before an answer can exist.</summary>
    public bool NeedsChallenge { get; init; }

    /// <summary>Whether a challenge can be answered once, right or wrong (WebAuthn's); a code that was sent may be typed again.</summary>
    public bool ChallengeIsAnsweredOnce { get; init; }

    /// <summary>Whether the browser answers, with <see cref="ChallengeResult.Started.PublicKey"/> and a credential (WebAuthn): there is nothing to type.</summary>
    public bool UsesBrowser { get; init; }

    /// <summary>Whether an answer can be guessed, so that failures count on the account's ladder. Default: true.</summary>
    public bool Guessable { get; init; } = true;

    /// <summary>Whether it is for emergencies: listed last, never the default, and unlocks no more than a sign-in.</summary>
    public bool IsRecovery { get; init; }
}
