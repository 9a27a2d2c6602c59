using MfaMiddleware.Methods.Sms;
using Xunit;

namespace MfaMiddleware.TestKit.Methods;

/// <summary>What every store of send budgets must do. A store's test class derives from it.</summary>
public abstract class SendBudgetStoreContract : IAsyncLifetime
{
    private static readonly SendBudget Hourly = new("h", 2, TimeSpan.FromHours(1));
    private static readonly SendBudget Daily = new("d", 3, TimeSpan.FromDays(1));

    protected FakeClock Clock { get; } = new();

    protected ISendBudgetStore Store { get; private set; } = null!;

    public async Task InitializeAsync() => Store = await CreateStoreAsync(Clock);

    public virtual Task DisposeAsync()
    {
        (Store as IDisposable)?.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>An empty store that tells the time by this clock.</summary>
    protected abstract ValueTask<ISendBudgetStore> CreateStoreAsync(FakeClock clock);

    [Fact]
    public async Task Charge_FillsAllBudgetsOrNone()
    {
        Task<TimeSpan?> Charge() => Store.TryChargeAsync([Hourly, Daily], Clock.GetUtcNow(), default).AsTask();

        Assert.Null(await Charge());
        Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(await Charge());
        Assert.Equal(TimeSpan.FromMinutes(50), await Charge());
        Clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Null(await Charge());
        // The refused one cost nothing of the day; now the day is full, and it is the longer wait.
        Assert.Equal(TimeSpan.FromHours(23), await Charge());
    }

    [Fact]
    public async Task Look_SaysTheWaitAndCountsNothing()
    {
        for (var i = 0; i < 5; i++) Assert.Null(await Store.FindWaitAsync([Hourly], Clock.GetUtcNow(), default));

        for (var i = 0; i < 2; i++) Assert.Null(await Store.TryChargeAsync([Hourly], Clock.GetUtcNow(), default));

        Assert.Equal(TimeSpan.FromHours(1), await Store.FindWaitAsync([Hourly, Daily], Clock.GetUtcNow(), default));
    }

    [Fact]
    public async Task LimitThatWasLowered_WaitsForMoreThanTheOldest()
    {
        for (var i = 0; i < 2; i++)
        {
            Assert.Null(await Store.TryChargeAsync([Hourly], Clock.GetUtcNow(), default));
            Clock.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.Equal(TimeSpan.FromMinutes(50), await Store.FindWaitAsync([Hourly with { Limit = 1 }], Clock.GetUtcNow(), default));
    }

    [Fact]
    public async Task ParallelCharges_NeverPassTheLimit()
    {
        var budget = new SendBudget("x", 10, TimeSpan.FromHours(1));

        var waits = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () => await Store.TryChargeAsync([budget], Clock.GetUtcNow(), default))));

        Assert.Equal(10, waits.Count(w => w is null));
    }
}
