using Xunit;

namespace MfaMiddleware.Faults.Tests.Histories;

/// <summary>What a site promises.</summary>
/// <param name="AnswersPerSignIn">How many wrong answers a sign-in takes.</param>
/// <param name="GuessesPerMinute">How many wrong answers of an account are followed by a wait of a minute or more.</param>
internal sealed record Promises(int AnswersPerSignIn, int GuessesPerMinute)
{
    /// <summary>How many last writes to the store of pending sign-ins may be lost, of each sign-in: one a failover. Never a write to the factor store.</summary>
    public int LostWrites { get; init; }
}

/// <summary>Something in a history that must not be, with the operations that show it.</summary>
internal sealed record Violation(string Rule, string Text)
{
    public override string ToString() => $"{Rule}: {Text}";

    /// <summary>Fails with the whole text of the first of them.</summary>
    public static void AssertNone(IReadOnlyList<Violation> violations) => Assert.True(violations.Count == 0, string.Join('\n', violations.Take(10)));
}

/// <summary>
/// Looks for what must never be in a history, whoever was slow, killed or replaced meanwhile. It knows nothing of the site but what its clients
/// saw, and takes every order that their times allow: it reports what no order explains.
/// </summary>
internal sealed class HistoryChecker(Promises promises)
{
    public IReadOnlyList<Violation> Check(History history) => Check(history.Operations, history.Readings);

    public IReadOnlyList<Violation> Check(IReadOnlyList<Operation> operations, IReadOnlyList<FailureReading> readings) =>
    [
        .. AnswerRules.Check(operations),
        .. SingleUseRules.Check(operations),
        .. AttemptRules.Check(operations, promises),
        .. FailureRules.Check(operations, readings),
    ];
}
