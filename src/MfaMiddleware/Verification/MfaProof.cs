namespace MfaMiddleware.Verification;

/// <summary>A proof of a second factor.</summary>
/// <param name="Methods">The names of the methods, for example <c>totp</c>.</param>
/// <param name="Amr">RFC 8176 values beside <c>mfa</c>.</param>
/// <param name="Strength">What it is worth.</param>
/// <param name="At">When it was given, in seconds since the epoch.</param>
/// <param name="IsRecovery">Whether it came from a recovery code.</param>
internal sealed record MfaProof(IReadOnlyList<string> Methods, IReadOnlyList<string> Amr, MfaStrength Strength, long At, bool IsRecovery)
{
    public DateTimeOffset GivenAt => DateTimeOffset.FromUnixTimeSeconds(At);

    public bool IsYoungerThan(TimeSpan age, DateTimeOffset now) => now - GivenAt < age;
}
