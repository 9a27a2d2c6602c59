using System.Text.Json;
using System.Text.Json.Serialization;

namespace MfaMiddleware.Methods.Sms;

/// <summary>What a session keeps of the code that was sent last: nothing from which it could be read.</summary>
/// <param name="FactorId">The factor, or the set-up, whose number it went to.</param>
/// <param name="Salt">Random: equal codes have different hashes.</param>
/// <param name="CodeHash">The keyed hash of the code, bound to user, factor, number and salt.</param>
/// <param name="Prefix">What the fraud breaker counted it under.</param>
/// <param name="SentAt">When, in ticks, UTC.</param>
/// <param name="ExpiresAt">Until when it can be answered, in ticks, UTC.</param>
/// <param name="Sends">How many this session has sent.</param>
internal sealed record SmsChallenge(string FactorId, string Salt, string CodeHash, string Prefix, long SentAt, long ExpiresAt, int Sends)
{
    private static readonly TimeSpan[] Ladder = [TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(120)];

    /// <summary>How long after the nth message no other is sent.</summary>
    public static TimeSpan WaitAfter(int sends) => Ladder[Math.Min(sends, Ladder.Length) - 1];

    public string Write() => JsonSerializer.Serialize(this, SmsChallengeJson.Default.SmsChallenge);

    public static SmsChallenge? Read(string? state) => state is null ? null : JsonSerializer.Deserialize(state, SmsChallengeJson.Default.SmsChallenge);
}

[JsonSerializable(typeof(SmsChallenge))]
internal sealed partial class SmsChallengeJson : JsonSerializerContext;
