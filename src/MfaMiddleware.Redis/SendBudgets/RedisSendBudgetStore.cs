using System.Globalization;
using System.Text;
using MfaMiddleware.Methods.Sms;
using MfaMiddleware.Redis.Connection;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace MfaMiddleware.Redis.SendBudgets;

/// <summary>
/// Send budgets that all nodes share: sliding windows, exact to the message. Each is a call of its own, since in a Cluster they lie on different nodes: what was
/// charged is given back where another budget refuses. A fault in between leaves too much charged, never too little.
/// </summary>
internal sealed class RedisSendBudgetStore(RedisCaller redis, IOptions<MfaRedisOptions> options) : ISendBudgetStore
{
    private static readonly TimeSpan SweptAfter = TimeSpan.FromMinutes(1);

    public async ValueTask<TimeSpan?> FindWaitAsync(IReadOnlyList<SendBudget> budgets, DateTimeOffset now, CancellationToken cancellationToken) =>
        Longest(await Task.WhenAll(budgets.Select(b => RunAsync(BudgetScripts.Look, b, now, cancellationToken))));

    public async ValueTask<TimeSpan?> TryChargeAsync(IReadOnlyList<SendBudget> budgets, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // First a look, so that a refusal as a rule takes nothing from anybody, not even for a moment.
        if (await FindWaitAsync(budgets, now, cancellationToken) is { } full) return full;

        var charges = budgets.Select(b => (Budget: b, Charge: RunAsync(BudgetScripts.Charge, b, now, cancellationToken))).ToList();
        await ((Task)Task.WhenAll(charges.Select(c => c.Charge))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (charges.All(c => c.Charge.IsCompletedSuccessfully && c.Charge.Result.IsYes)) return null;

        await GiveBackAsync(charges.Where(c => c.Charge.IsCompletedSuccessfully && c.Charge.Result.IsYes).Select(c => (c.Budget, c.Charge.Result)));
        return Longest(await Task.WhenAll(charges.Select(c => c.Charge)));
    }

    private static TimeSpan? Longest(IEnumerable<RedisReply> replies) =>
        replies.Where(r => !r.IsYes).Select(r => (TimeSpan?)Micros.ToSpan(long.Parse(Encoding.ASCII.GetString(r.Value!), CultureInfo.InvariantCulture))).Max();

    private Task<RedisReply> RunAsync(RedisScript script, SendBudget budget, DateTimeOffset now, CancellationToken cancellationToken) => redis.RunAsync(
        script,
        [KeyOf(budget)],
        [Micros.Of(now), Micros.Of(DateTimeOffset.UnixEpoch + budget.Window), budget.Limit, (long)(budget.Window + SweptAfter).TotalMilliseconds],
        cancellationToken);

    private async Task GiveBackAsync(IEnumerable<(SendBudget Budget, RedisReply Charge)> charged)
    {
        var all = Task.WhenAll(charged.Select(c => redis.RunAsync(BudgetScripts.GiveBack, [KeyOf(c.Budget)], [c.Charge.Operation], CancellationToken.None)));
        await ((Task)all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private RedisKey KeyOf(SendBudget budget) => $"{options.Value.KeyPrefix}:b:{budget.Key}";
}
