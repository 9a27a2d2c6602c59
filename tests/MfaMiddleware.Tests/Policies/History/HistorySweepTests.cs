using MfaMiddleware.Factors;
using MfaMiddleware.Policies.History;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Policies.History;

public sealed class HistorySweepTests
{
    private const int Users = 150;

    [Fact]
    public async Task ExpiredHistories_GoInBatchesOnceAnHour()
    {
        await using var host = await TestHost.StartAsync();
        var store = host.Services.GetRequiredService<IMfaFactorStore>();
        var expiresAt = host.Clock.GetUtcNow().AddMinutes(1);
        for (var i = 0; i < Users; i++) Assert.True(await store.TryWriteHistoryAsync(SubjectOf(i), [1], 0, expiresAt, default));
        Assert.True(await store.TryWriteHistoryAsync(SubjectOf(Users), [1], 0, expiresAt.AddDays(1), default));

        Assert.Equal(Users + 1, await LeftAfterAnEntryAsync(TimeSpan.Zero));
        Assert.Equal(Users + 1, await LeftAfterAnEntryAsync(TimeSpan.FromMinutes(59)));
        Assert.Equal(Users + 1 - 100, await LeftAfterAnEntryAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(1, await LeftAfterAnEntryAsync(TimeSpan.Zero));

        async Task<int> LeftAfterAnEntryAsync(TimeSpan after)
        {
            host.Clock.Advance(after);
            var writer = host.Services.GetRequiredService<HistoryWriter>();
            writer.Enqueue(SubjectOf(Users), _ => null);
            await writer.FlushAsync();
            return await store.ReadHistoriesAsync(default).CountAsync();
        }
    }

    private static MfaSubject SubjectOf(int i) => new("", $"user{i}");
}
