using System.Collections.Immutable;

namespace MfaMiddleware.Factors;

/// <summary>
/// The failure counters of one account and the rules by which they change. Stores keep the values and apply these pure functions under a
/// conditional update, so that every store counts alike.
/// </summary>
public sealed record FailureCounters
{
    /// <summary>The method whose failures end when a store replaces the recovery codes.</summary>
    public const string RecoveryCodeMethod = "recovery_code";

    /// <summary>An account without failures.</summary>
    public static FailureCounters None { get; } = new();

    /// <summary>Failures since the last success of any method: the place on the ladder.</summary>
    public int Consecutive { get; init; }

    /// <summary>Until when no guess is taken, UTC.</summary>
    public DateTimeOffset? WaitUntil { get; init; }

    /// <summary>Failures of each method since its own last success.</summary>
    public ImmutableSortedDictionary<string, int> ByMethod { get; init; } = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>Counts one guess as failed, before it is checked.</summary>
    /// <param name="method">The method.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="limits">The ladder and the caps.</param>
    /// <returns>The counters after it, and the outcome; the same counters where nothing was charged.</returns>
    public (FailureCounters Counters, ChargeResult Result) Charge(string method, DateTimeOffset now, FailureLimits limits)
    {
        if (IsCapped(method, limits)) return (this, new ChargeResult.Capped());
        if (WaitUntil > now) return (this, new ChargeResult.MustWait(WaitUntil.Value - now));

        var consecutive = Consecutive + 1;
        var waitUntil = now + FailureLimits.WaitAfter(consecutive);
        var charged = new FailureCounters
        {
            Consecutive = consecutive,
            WaitUntil = waitUntil,
            ByMethod = ByMethod.SetItem(method, Of(method) + 1),
        };
        return (charged, new ChargeResult.Charged(new Charge(method, waitUntil)));
    }

    /// <summary>Takes a charge back.</summary>
    /// <param name="charge">The charge.</param>
    /// <returns>The counters without it.</returns>
    public FailureCounters Refund(Charge charge) => this with
    {
        Consecutive = Math.Max(0, Consecutive - 1),
        WaitUntil = WaitUntil == charge.WaitUntil ? null : WaitUntil,
        ByMethod = ByMethod.SetItem(charge.Method, Math.Max(0, Of(charge.Method) - 1)),
    };

    /// <summary>What remains after a success.</summary>
    /// <param name="clears">Which failures it clears.</param>
    /// <returns>The counters: the ladder at its foot, the method's own failures gone, other methods' failures kept.</returns>
    public FailureCounters Clear(FailureClearance clears) => new()
    {
        ByMethod = clears.EveryMethod ? ByMethod.Clear() : ByMethod.Remove(clears.Method),
    };

    /// <summary>Forgets the failures of one method, and nothing else.</summary>
    /// <param name="method">The method.</param>
    /// <returns>The counters without them.</returns>
    public FailureCounters Forget(string method) => this with { ByMethod = ByMethod.Remove(method) };

    private bool IsCapped(string method, FailureLimits limits) =>
        ByMethod.Values.Sum() >= limits.HardCap
        || (limits.MethodCaps.TryGetValue(method, out var cap) && Of(method) >= cap);

    private int Of(string method) => ByMethod.GetValueOrDefault(method);
}
