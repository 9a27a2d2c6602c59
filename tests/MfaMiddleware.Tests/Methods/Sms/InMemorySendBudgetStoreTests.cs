using MfaMiddleware.Methods.Sms;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.Methods;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Sms;

public sealed class InMemorySendBudgetStoreTests : SendBudgetStoreContract
{
    protected override ValueTask<ISendBudgetStore> CreateStoreAsync(FakeClock clock) => new(new InMemorySendBudgetStore(clock));

    [Fact]
    public async Task BudgetsThatAreOver_LeaveTheMemory()
    {
        var store = (InMemorySendBudgetStore)Store;
        for (var i = 0; i < 100; i++) await store.TryChargeAsync([new SendBudget($"{i}", 1, TimeSpan.FromHours(1))], Clock.GetUtcNow(), default);
        Assert.Equal(100, store.Count);

        Clock.Advance(TimeSpan.FromMinutes(61));

        Assert.Equal(0, store.Count);
    }
}
