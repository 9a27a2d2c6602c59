using System.Security.Cryptography;
using System.Text;
using MfaMiddleware.Factors;
using Microsoft.AspNetCore.WebUtilities;

namespace MfaMiddleware.Verification;

/// <summary>
/// The marks of answered challenges, kept with the factor: the pending-session store alone may lose that a challenge was answered, at a failover, and the
/// same code by text message or the same touch of a key would be good again. A code of an app or a token has its own mark, the counter.
/// </summary>
internal static class AnsweredChallenges
{
    /// <summary>More than anybody answers within the life of a challenge.</summary>
    private const int MaxMarks = 12;
    private const int MarkBytes = 11;

    /// <summary>The mark of a challenge; null where the method has none.</summary>
    public static string? MarkOf(string? challengeState) => challengeState is null
        ? null
        : WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.UTF8.GetBytes(challengeState)).AsSpan(0, MarkBytes));

    public static bool Contains(MfaFactor factor, string mark) =>
        factor.AnsweredChallenges is { } marks && marks.Split(' ').Contains(mark, StringComparer.Ordinal);

    /// <summary>The marks with one more; the oldest go.</summary>
    public static string? Add(MfaFactor factor, string? mark) =>
        mark is null ? factor.AnsweredChallenges : string.Join(' ', (factor.AnsweredChallenges?.Split(' ') ?? []).Append(mark).TakeLast(MaxMarks));
}
