namespace MfaMiddleware.Factors;

/// <summary>One enrolled factor of one user: an authenticator app, a security key, a phone number.</summary>
public sealed record MfaFactor
{
    /// <summary>The public id: random, 128 bits, base64url.</summary>
    public required string Id { get; init; }

    /// <summary>The owner.</summary>
    public required MfaSubject Subject { get; init; }

    /// <summary>The name of the method that can verify it, for example <c>totp</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The name that the user gave it: personal data, shown to the owner only.</summary>
    public string? Name { get; init; }

    /// <summary>The secret (a seed, a phone number, a public key), protected by <see cref="MfaSecretProtector"/> for this subject and factor.</summary>
    public required string ProtectedSecret { get; init; }

    /// <summary>The single-use mark: last accepted TOTP step, next HOTP counter, signature counter. It never goes back.</summary>
    public long Counter { get; init; }

    /// <summary>
    /// The single-use marks of answers that no counter tells apart, such as a code by text message: hashes of the last challenges that it answered. A store
    /// keeps the text as it is; at most 200 characters.
    /// </summary>
    public string? AnsweredChallenges { get; init; }

    /// <summary>
    /// Since when the store surely has every single-use mark; null for always. A database that failed over to a copy which lagged has forgotten the last ones,
    /// so that what could have been used before is refused. Of the reading, not of the factor: the store sets it, and doesn't keep it.
    /// </summary>
    public DateTimeOffset? MarksSince { get; init; }

    /// <summary>When it was enrolled, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last completed a sign-in or a step-up, UTC.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>Rises by one with each change; every change names the version it was made from.</summary>
    public long Version { get; init; }
}
