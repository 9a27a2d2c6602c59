namespace MfaMiddleware.Factors;

/// <summary>When an account must wait, and when its guessable methods are switched off.</summary>
/// <param name="HardCap">Failures since the last success of each method, all methods together, from which every guessable method is off.</param>
/// <param name="MethodCaps">A lower cap for single methods, by name.</param>
public sealed record FailureLimits(int HardCap, IReadOnlyDictionary<string, int> MethodCaps)
{
    /// <summary>The wait that follows the failure with this number.</summary>
    /// <param name="consecutiveFailures">Failures since the last success of any method in the same lane, this one included.</param>
    /// <returns>1 minute at 5, 5 minutes at 10, 15 minutes at 15, 1 hour at 20 and each 5 further; else null.</returns>
    public static TimeSpan? WaitAfter(int consecutiveFailures) => consecutiveFailures switch
    {
        0 => null,
        5 => TimeSpan.FromMinutes(1),
        10 => TimeSpan.FromMinutes(5),
        15 => TimeSpan.FromMinutes(15),
        _ when consecutiveFailures >= 20 && consecutiveFailures % 5 == 0 => TimeSpan.FromHours(1),
        _ => null,
    };
}
