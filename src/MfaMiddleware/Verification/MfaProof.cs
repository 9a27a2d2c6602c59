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
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>The newest proof by each other method that the same session gave before; null for none.</summary>
    public IReadOnlyList<MfaProof>? Earlier { get; init; }

    public static MfaProof Given(string method, IReadOnlyList<string> amr, MfaStrength strength, bool isRecovery, DateTimeOffset now) =>
        new([method], amr, strength, now.ToUnixTimeSeconds(), isRecovery, now.ToUnixTimeMilliseconds());

    /// <summary>Whether the authenticator asked for a PIN or a biometric (RFC 8176 <c>user</c>).</summary>
    [JsonIgnore]
    public bool IsUserVerified => Amr.Contains("user");

    /// <summary>This one and the earlier ones: each is as old as it is.</summary>
    public IEnumerable<MfaProof> ByMethod() => (Earlier ?? []).Prepend(this);

    /// <summary>The same with what the session proved before it: of each method the newest.</summary>
    public MfaProof After(IEnumerable<MfaProof> before)
    {
        List<MfaProof> earlier =
        [
            .. before.SelectMany(p => p.ByMethod()).Where(p => !p.Methods.Intersect(Methods).Any())
                .GroupBy(p => p.Methods[0]).Select(g => g.MaxBy(p => p.At)! with { Earlier = null }),
        ];
        return this with { Earlier = earlier.Count == 0 ? null : earlier };
    }

    /// <summary>The same where its session made or saw every change up to now.</summary>
    public MfaProof KnowingAllUntil(DateTimeOffset now) =>
        this with { AsOf = now.ToUnixTimeMilliseconds(), Earlier = Earlier?.Select(p => p.KnowingAllUntil(now)).ToList() };

    /// <summary>The same without the earlier ones that a change of the user's factors came after.</summary>
    public MfaProof WithoutVoidAfter(DateTimeOffset? change) =>
        Earlier is null ? this : this with { Earlier = [.. Earlier.Where(p => !p.IsVoidAfter(change))] };

    [JsonIgnore]
    public DateTimeOffset GivenAt => DateTimeOffset.FromUnixTimeSeconds(At);

    /// <summary>Whether a change of the user's factors came after what this proof's session knows of.</summary>
    public bool IsVoidAfter(DateTimeOffset? change) => change is { } at && AsOf < at.ToUnixTimeMilliseconds();

    /// <summary>Fail closed: a proof from later than what the clocks of two nodes may differ by is no fresh one, it is one of unknown age. A clock was set back.</summary>
    public bool IsYoungerThan(TimeSpan age, DateTimeOffset now) => now - GivenAt is var passed && passed < age && passed > -ClockSkew;
}
