using MfaMiddleware.Factors;

namespace MfaMiddleware.Methods.Sms;

/// <summary>The budgets that one message is charged to.</summary>
internal sealed class SmsBudgets(ISendBudgetStore store, LookupHasher hasher, StoreBudget budget)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly MfaSubject Anybody = new("", "");

    /// <summary>How long until there is room for one more; null where there is.</summary>
    public ValueTask<TimeSpan?> FindWaitAsync(IReadOnlyList<SendBudget> budgets, DateTimeOffset now, CancellationToken cancellationToken) =>
        budget.RunAsync(token => store.FindWaitAsync(budgets, now, token), cancellationToken);

    /// <summary>Charges one message; null where it may be sent.</summary>
    public ValueTask<TimeSpan?> TryChargeAsync(IReadOnlyList<SendBudget> budgets, DateTimeOffset now, CancellationToken cancellationToken) =>
        budget.RunAsync(token => store.TryChargeAsync(budgets, now, token), cancellationToken);

    /// <summary>A number's budget is everybody's: whoever sends to it, in whichever realm. An unknown network is one network.</summary>
    public async ValueTask<IReadOnlyList<SendBudget>> OfAsync(
        PhoneNumber number, MfaSubject subject, string network, SmsBudgetOptions limits, CancellationToken cancellationToken)
    {
        var numberKey = await hasher.HashAsync("sms.number", Anybody, number.Digits, cancellationToken);
        var accountKey = await hasher.HashAsync("sms.account", subject, "", cancellationToken);
        var networkKey = await hasher.HashAsync("sms.network", Anybody, network, cancellationToken);
        return
        [
            new("sms.number.h." + numberKey, limits.NumberPerHour, Hour),
            new("sms.number.d." + numberKey, limits.NumberPerDay, Day),
            new("sms.account.h." + accountKey, limits.AccountPerHour, Hour),
            new("sms.network.h." + networkKey, limits.NetworkPerHour, Hour),
            new("sms.total.m", limits.TotalPerMinute, TimeSpan.FromMinutes(1)),
        ];
    }
}
