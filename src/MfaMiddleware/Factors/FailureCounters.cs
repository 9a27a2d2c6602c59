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

    /// <summary>The ladder of devices that aren't known.</summary>
    public FailureLadder Unknown { get; init; }

    /// <summary>The ladder of devices that the account knows.</summary>
    public FailureLadder KnownDevice { get; init; }

    /// <summary>Failures of each method since its own last success, in both lanes together.</summary>
    public ImmutableSortedDictionary<string, int> ByMethod { get; init; } = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>Counts one guess as failed, before it is checked.</summary>
    /// <param name="method">The method.</param>
    /// <param name="lane">The lane that it came in.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="limits">The ladder and the caps.</param>
    /// <returns>The counters after it, and the outcome; the same counters where nothing was charged.</returns>
    public (FailureCounters Counters, ChargeResult Result) Charge(string method, FailureLane lane, DateTimeOffset now, FailureLimits limits)
    {
        if (IsCapped(method, limits)) return (this, new ChargeResult.Capped());
        var ladder = LadderOf(lane);
        if (ladder.WaitUntil > now) return (this, new ChargeResult.MustWait(ladder.WaitUntil.Value - now));

        var next = ladder.Climb(now);
        var charged = With(lane, next) with { ByMethod = ByMethod.SetItem(method, Of(method) + 1) };
        return (charged, new ChargeResult.Charged(new Charge(method, lane, next.WaitUntil)));
    }

    /// <summary>Takes a charge back.</summary>
    /// <param name="charge">The charge.</param>
    /// <returns>The counters without it.</returns>
    public FailureCounters Refund(Charge charge) => With(charge.Lane, LadderOf(charge.Lane).Refund(charge)) with
    {
        ByMethod = ByMethod.SetItem(charge.Method, Math.Max(0, Of(charge.Method) - 1)),
    };

    /// <summary>What remains after a success.</summary>
    /// <param name="clears">Which failures it clears.</param>
    /// <returns>The counters: the ladder of its lane at its foot, the method's own failures gone; the other lane's ladder and other methods' failures kept.</returns>
    public FailureCounters Clear(FailureClearance clears) => With(clears.Lane, default) with
    {
        ByMethod = clears.EveryMethod ? ByMethod.Clear() : ByMethod.Remove(clears.Method),
    };

    /// <summary>Forgets the failures of one method, and nothing else.</summary>
    /// <param name="method">The method.</param>
    /// <returns>The counters without them.</returns>
    public FailureCounters Forget(string method) => this with { ByMethod = ByMethod.Remove(method) };

    /// <summary>The ladder of a lane.</summary>
    /// <param name="lane">The lane.</param>
    /// <returns>Where it stands.</returns>
    public FailureLadder LadderOf(FailureLane lane) => lane == FailureLane.KnownDevice ? KnownDevice : Unknown;

    private FailureCounters With(FailureLane lane, FailureLadder ladder) =>
        lane == FailureLane.KnownDevice ? this with { KnownDevice = ladder } : this with { Unknown = ladder };

    private bool IsCapped(string method, FailureLimits limits) =>
        ByMethod.Values.Sum() >= limits.HardCap
        || (limits.MethodCaps.TryGetValue(method, out var cap) && Of(method) >= cap);

    private int Of(string method) => ByMethod.GetValueOrDefault(method);
}
