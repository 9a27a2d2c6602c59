namespace MfaMiddleware.Faults.Tests.Histories;

/// <summary>What was counted stays counted, until a success of the same method.</summary>
internal static class FailureRules
{
    public const string FailuresForgotten = "failures forgotten";
    public const string FailuresShrank = "failures shrank";

    public static IEnumerable<Violation> Check(IReadOnlyList<Operation> operations, IReadOnlyList<FailureReading> readings)
    {
        var ofUser = operations.Where(o => o.IsAnswer).ToLookup(o => o.User);
        foreach (var counter in readings.GroupBy(r => (r.User, r.Method)))
        {
            var answers = ofUser[counter.Key.User].ToList();
            var clears = answers.Where(a => a.Claim?.Method == counter.Key.Method).ToList();
            var inTurn = counter.OrderBy(r => r.Sent).ToList();
            foreach (var reading in inTurn)
            {
                // One that was answered before the reading, and that no success can have cleared since it was sent.
                var seen = answers.Count(a => a.IsCounted && a.Method == counter.Key.Method && a.Answered < reading.Sent && !clears.Exists(c => c.MayHaveClearedBetween(a.Sent, reading.Answered)));
                if (reading.Count < seen) yield return new(FailuresForgotten, $"{reading}, but {seen} were answered as wrong");
            }

            foreach (var (before, after) in inTurn.Zip(inTurn.Skip(1)))
            {
                // A fault may give back what it charged itself.
                var given = answers.Count(a => a.Outcome is Outcome.Unavailable or Outcome.Unknown && a.Sent < after.Answered && a.Answered > before.Sent);
                if (after.Count < before.Count - given && !clears.Exists(c => c.MayHaveClearedBetween(before.Sent, after.Answered))) yield return new(FailuresShrank, $"{before}, then {after}");
            }
        }
    }
}
