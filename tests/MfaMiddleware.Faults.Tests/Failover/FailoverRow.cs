using MfaMiddleware.Faults.Tests.Histories;

namespace MfaMiddleware.Faults.Tests.Failover;

/// <summary>The figures of a failover, as a row of the table in docs/reliability.md.</summary>
internal sealed record FailoverRow
{
    public const string Head =
        "| topology | sign-ins in flight at the kill | a replica took over after | first one refused signed in again after | everybody signed in again after | last 503 after | answers 503 | answers | sign-ins completed | accepted twice | without a factor | failures that shrank | other violations |";

    private static readonly string[] Factor = [AnswerRules.SignedInWithoutFactor];
    private static readonly string[] Shrinking = [FailureRules.FailuresForgotten, FailureRules.FailuresShrank];
    private static readonly string[] Twice = [SingleUseRules.CodeAcceptedTwice, SingleUseRules.SignInCompletedTwice, SingleUseRules.CounterWentBack];

    public required string Topology { get; init; }

    public required int InFlight { get; init; }

    public required long Killed { get; init; }

    public required TimeSpan Promoted { get; init; }

    public required TimeSpan Everybody { get; init; }

    public required IReadOnlyList<Operation> Operations { get; init; }

    public required IReadOnlyList<Violation> Violations { get; init; }

    /// <summary>The first who had a 503 since the kill, began anew, and was let in.</summary>
    public TimeSpan First
    {
        get
        {
            var hit = Unavailable.Where(o => o.Sent > Killed).GroupBy(o => o.User).ToDictionary(g => g.Key, g => g.Min(o => o.Answered));
            var begun = Operations.Where(o => o.Outcome == Outcome.Started && hit.TryGetValue(o.User, out var at) && o.Sent > at).ToLookup(o => o.User);
            return TimeProvider.System.GetElapsedTime(Killed, Operations.Where(o => o.Outcome == Outcome.Accepted && begun[o.User].Any(b => b.Answered < o.Sent)).Min(o => o.Answered));
        }
    }

    public TimeSpan Last503 => Unavailable.Count == 0 ? TimeSpan.Zero : TimeProvider.System.GetElapsedTime(Killed, Unavailable.Max(o => o.Answered));

    public TimeSpan Slowest => TimeSpan.FromSeconds(Operations.Max(o => (double)(o.Answered - o.Sent)) / TimeProvider.System.TimestampFrequency);

    private List<Operation> Unavailable => [.. Operations.Where(o => o.Outcome == Outcome.Unavailable)];

    private int Count(string[] rules) => Violations.Count(v => rules.Contains(v.Rule));

    public override string ToString() =>
        $"| {Topology} | {InFlight} | {Promoted.TotalSeconds:0.0} s | {First.TotalSeconds:0.0} s | {Everybody.TotalSeconds:0.0} s | {Last503.TotalSeconds:0.0} s | {Unavailable.Count} | {Operations.Count(o => o.IsAnswer)} "
        + $"| {Operations.Count(o => o.Outcome == Outcome.Accepted)} | {Count(Twice)} | {Count(Factor)} | {Count(Shrinking)} | {Violations.Count - Count(Twice) - Count(Factor) - Count(Shrinking)} |";
}
