namespace MfaMiddleware.Methods.Sms;

/// <summary>The budgets of one node, in its memory: sliding windows, exact to the message.</summary>
internal sealed class InMemorySendBudgetStore : ISendBudgetStore, IDisposable
{
    private const int MaxKeys = 200_000;
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Spent> _spent = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public InMemorySendBudgetStore(TimeProvider time)
    {
        _time = time;
        // The store is made within some request: the timer must not keep its context.
        using (ExecutionContext.IsFlowSuppressed() ? default(IDisposable?) : ExecutionContext.SuppressFlow())
            _timer = time.CreateTimer(_ => Sweep(), null, SweepPeriod, SweepPeriod);
    }

    /// <summary>How many keys take memory.</summary>
    internal int Count
    {
        get
        {
            lock (_lock) return _spent.Count;
        }
    }

    /// <inheritdoc/>
    public ValueTask<TimeSpan?> FindWaitAsync(IReadOnlyList<SendBudget> budgets, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_lock) return new(Wait(budgets, now));
    }

    /// <inheritdoc/>
    public ValueTask<TimeSpan?> TryChargeAsync(IReadOnlyList<SendBudget> budgets, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Wait(budgets, now) is { } wait) return new(wait);
            // Fail closed: without room to count nothing is sent.
            if (_spent.Count + budgets.Count > MaxKeys) return new(SweepPeriod);
            foreach (var budget in budgets) Charge(budget, now);
            return new((TimeSpan?)null);
        }
    }

    public void Dispose() => _timer.Dispose();

    private TimeSpan? Wait(IReadOnlyList<SendBudget> budgets, DateTimeOffset now)
    {
        TimeSpan? longest = null;
        foreach (var budget in budgets)
        {
            if (_spent.TryGetValue(budget.Key, out var spent) && spent.Wait(budget, now) is { } wait && !(wait < longest)) longest = wait;
        }

        return longest;
    }

    private void Charge(SendBudget budget, DateTimeOffset now)
    {
        if (!_spent.TryGetValue(budget.Key, out var spent)) _spent[budget.Key] = spent = new Spent();
        spent.Add(now, budget.Window);
    }

    private void Sweep()
    {
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            foreach (var key in _spent.Where(s => s.Value.EndsAt <= now).Select(s => s.Key).ToList()) _spent.Remove(key);
        }
    }

    private sealed class Spent
    {
        private readonly Queue<DateTimeOffset> _at = new();

        public DateTimeOffset EndsAt { get; private set; }

        public TimeSpan? Wait(SendBudget budget, DateTimeOffset now)
        {
            while (_at.TryPeek(out var oldest) && oldest + budget.Window <= now) _at.Dequeue();
            // A limit that was lowered meanwhile waits for more than the oldest to leave.
            return _at.Count < budget.Limit ? null : _at.ElementAt(_at.Count - budget.Limit) + budget.Window - now;
        }

        public void Add(DateTimeOffset now, TimeSpan window)
        {
            _at.Enqueue(now);
            EndsAt = now + window;
        }
    }
}
