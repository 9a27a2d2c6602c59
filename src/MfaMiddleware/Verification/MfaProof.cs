using System.Text.Json.Serialization;

namespace MfaMiddleware.Verification;

/// <summary>A proof of a second factor.</summary>
/// <param name="Methods">The names of the methods, for example <c>totp</c>.</param>
/// <param name="Amr">RFC 8176 values beside <c>mfa</c>.</param>
/// <param name="Strength">What it is worth.</param>
/// <param name="At">When it was given, in seconds since the epoch.</param>
/// <param name="IsRecovery">Whether it came from a recovery code.</param>
/// <param name="AsOf">Up to when its session knows the user's factors, in Unix milliseconds: a change after it, by somebody else, makes the proof void.</param>
internal sealed record MfaProof(IReadOnlyList<string> Methods, IReadOnlyList<string> Amr, MfaStrength Strength, long At, bool IsRecovery, long AsOf)
{
    public static MfaProof Given(string method, IReadOnlyList<string> amr, MfaStrength strength, bool isRecovery, DateTimeOffset now) =>
        new([method], amr, strength, now.ToUnixTimeSeconds(), isRecovery, now.ToUnixTimeMilliseconds());

    /// <summary>Whether the authenticator asked for a PIN or a biometric (RFC 8176 <c>user</c>).</summary>
    [JsonIgnore]
    public bool IsUserVerified => Amr.Contains("user");

    [JsonIgnore]
    public DateTimeOffset GivenAt => DateTimeOffset.FromUnixTimeSeconds(At);

    /// <summary>Whether a change of the user's factors came after what this proof's session knows of.</summary>
    public bool IsVoidAfter(DateTimeOffset? change) => change is { } at && AsOf < at.ToUnixTimeMilliseconds();

    public bool IsYoungerThan(TimeSpan age, DateTimeOffset now) => now - GivenAt < age;
}
