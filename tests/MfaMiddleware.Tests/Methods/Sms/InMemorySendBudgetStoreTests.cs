using MfaMiddleware.Methods.Sms;
using MfaMiddleware.TestKit;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Sms;

public sealed class InMemorySendBudgetStoreTests
{
    private static readonly SendBudget Hourly = new("h", 2, TimeSpan.FromHours(1));
    private static readonly SendBudget Daily = new("d", 3, TimeSpan.FromDays(1));

    [Fact]
    public async Task Charge_FillsAllBudgetsOrNone()
    {
        var clock = new FakeClock();
        using var store = new InMemorySendBudgetStore(clock);
        Task<TimeSpan?> Charge() => store.TryChargeAsync([Hourly, Daily], clock.GetUtcNow(), default).AsTask();

        Assert.Null(await Charge());
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(await Charge());
        Assert.Equal(TimeSpan.FromMinutes(50), await Charge());
        clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Null(await Charge());
        // The refused one cost nothing of the day; now the day is full, and it is the longer wait.
        Assert.Equal(TimeSpan.FromHours(23), await Charge());
    }

    [Fact]
    public async Task ParallelCharges_NeverPassTheLimit()
    {
        var clock = new FakeClock();
        using var store = new InMemorySendBudgetStore(clock);
        var budget = new SendBudget("x", 10, TimeSpan.FromHours(1));

        var waits = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () => await store.TryChargeAsync([budget], clock.GetUtcNow(), default))));

        Assert.Equal(10, waits.Count(w => w is null));
    }

    [Fact]
    public async Task BudgetsThatAreOver_LeaveTheMemory()
    {
        var clock = new FakeClock();
        using var store = new InMemorySendBudgetStore(clock);
        for (var i = 0; i < 100; i++) await store.TryChargeAsync([new SendBudget($"{i}", 1, TimeSpan.FromHours(1))], clock.GetUtcNow(), default);
        Assert.Equal(100, store.Count);

        clock.Advance(TimeSpan.FromMinutes(61));

        Assert.Equal(0, store.Count);
    }
}
