namespace MfaMiddleware.Methods.Sms;

/// <summary>A limit on what is sent in a time.</summary>
/// <param name="Key">Whose it is: a keyed hash, nobody's number or name.</param>
/// <param name="Limit">How many.</param>
/// <param name="Window">In which time.</param>
public sealed record SendBudget(string Key, int Limit, TimeSpan Window);

/// <summary>
/// Counts what is sent. Register another one, for several nodes, before or after <c>AddMfa()</c>. An exception is a store that is down: nothing is sent, 503.
/// </summary>
public interface ISendBudgetStore
{
    /// <summary>Looks whether one more may be sent, and counts nothing.</summary>
    /// <param name="budgets">The budgets, all of which must have room.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How long until there is room; null where there is.</returns>
    ValueTask<TimeSpan?> FindWaitAsync(IReadOnlyList<SendBudget> budgets, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Counts one in every budget, or in none: in one step, so that callers in parallel never pass a limit.</summary>
    /// <param name="budgets">The budgets, all of which must have room.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null where it is counted; else how long until there is room.</returns>
    ValueTask<TimeSpan?> TryChargeAsync(IReadOnlyList<SendBudget> budgets, DateTimeOffset now, CancellationToken cancellationToken);
}
