using MfaMiddleware.Factors;
using MfaMiddleware.Policies.History;
using MfaMiddleware.Tests.Policies.Signals;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Xunit;

namespace MfaMiddleware.Tests.Policies.History;

public sealed class HistoryKeeperTests : IDisposable
{
    private readonly RiskRig _rig = new(CountingFactorStore.Use);

    public void Dispose() => _rig.Dispose();

    private HistoryKeeper Keeper => _rig.Get<HistoryKeeper>();

    private CountingFactorStore Store => _rig.Get<CountingFactorStore>();

    [Fact]
    public async Task Revocation_IsNeverLostAmong50ChangesAtOnce()
    {
        // As a database: between reading and writing others have their turn.
        Store.BeforeHistoryWrite = async () => await Task.Yield();
        for (var round = 0; round < 10; round++)
        {
            var user = new MfaSubject("", $"user{round}");
            using var start = new SemaphoreSlim(0);
            var changes = Enumerable.Range(0, 50).Select(i => Task.Run(async () =>
            {
                await start.WaitAsync();
                return await Keeper.ChangeAsync(user, h => i == 25 ? h with { DevicesVoidBefore = _rig.Now } : h.Failed(new(_rig.Now, FailureKind.Password, $"{i}")), default);
            })).ToList();
            start.Release(50);

            Assert.All(await Task.WhenAll(changes), Assert.True);
            var history = (await Keeper.LoadAsync(user, default)).History;
            Assert.Equal(_rig.Now, history.DevicesVoidBefore);
            Assert.Equal(Enumerable.Range(0, 50).Where(i => i != 25), history.Failures.Select(f => int.Parse(f.Network, null)).Order());
        }
    }

    [Fact]
    public async Task HistoriesThatAreKeptOpen_TakeNoMoreMemoryThanSmallOnes()
    {
        // As many as there are users, each as large as it may become: the store makes them up, so that what is left in memory is the keeper's.
        var (protector, store) = (new HistoryProtector(new EphemeralDataProtectionProvider()), new Mock<IMfaFactorStore>());
        var large = SignInHistory.Empty with { Log = new byte[24 * 1024] };
        store.Setup(s => s.FindHistoryAsync(It.IsAny<MfaSubject>(), It.IsAny<CancellationToken>()))
            .Returns((MfaSubject user, CancellationToken _) => new(new MfaStoredHistory(protector.Protect(user, large), 1, null)));
        var budget = new StoreBudget(() => new MfaOptions(), TimeProvider.System);
        using var keeper = new HistoryKeeper(
            new FactorStore(store.Object, budget, new LastChanges(TimeProvider.System)), protector, _rig.Get<MfaSettings>(), TimeProvider.System, NullLogger<HistoryKeeper>.Instance);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < 6000; i++)
        {
            Assert.Equal(24 * 1024, (await keeper.LoadAsync(new MfaSubject("", $"{i}"), default)).History.Log.Length);
            if (i % 500 == 0) store.Invocations.Clear();
        }

        store.Invocations.Clear();
        var megabytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (1024 * 1024);
        Assert.True(megabytes < 100, $"{megabytes} MB are kept.");
        GC.KeepAlive(keeper);
    }

    [Fact]
    public async Task ChangeThatChangesNothing_WritesNothing()
    {
        await Keeper.ChangeAsync(RiskRig.Alice, h => h.Failed(new(_rig.Now, FailureKind.Password, "n")), default);
        var before = Store.Calls;

        Assert.True(await Keeper.ChangeAsync(RiskRig.Alice, h => h, default));
        Assert.True(await Keeper.ChangeAsync(RiskRig.Alice, _ => null, default));
        Assert.Equal(2, Store.Calls - before);
    }

    [Fact]
    public async Task StoreWhoseWritesNeverMatch_IsGivenUpOn()
    {
        Store.LosesHistoryWrites = true;

        Assert.False(await Keeper.ChangeAsync(RiskRig.Alice, h => h.Failed(new(_rig.Now, FailureKind.Password, "n")), default));
        await Assert.ThrowsAsync<MfaUnavailableException>(() => _rig.Get<MfaRiskReports>().PasswordChangedAsync(RiskRig.Alice, false, default));
    }

    [Fact]
    public async Task RecordOfAnotherUser_IsNoHistory()
    {
        await Keeper.ChangeAsync(RiskRig.Alice, _ => _rig.Known(), default);
        var (bob, stored) = (new MfaSubject("", "bob"), await Store.FindHistoryAsync(RiskRig.Alice, default));
        await Store.TryWriteHistoryAsync(bob, stored.Data!, 0, _rig.Now.AddDays(1), default);

        Assert.Empty((await Keeper.LoadAsync(bob, default)).History.Devices);
        Assert.Single((await Keeper.LoadAsync(RiskRig.Alice, default)).History.Devices);
    }

    [Fact]
    public async Task WhatIsOlderThanItMayBeKept_IsLeftOutAtTheNextWrite()
    {
        await Keeper.ChangeAsync(RiskRig.Alice, _ => _rig.Known(), default);
        _rig.Clock.Advance(TimeSpan.FromDays(181));
        await Keeper.ChangeAsync(RiskRig.Alice, h => h.Failed(new(_rig.Now, FailureKind.Password, "n")), default);

        var history = (await Keeper.LoadAsync(RiskRig.Alice, default)).History;
        Assert.Empty(history.Networks);
        Assert.Null(history.LastVisit);
        Assert.Single(history.Failures);
    }

    [Fact]
    public async Task ForgottenUser_IsForgottenAtOnce()
    {
        await Keeper.ChangeAsync(RiskRig.Alice, _ => _rig.Known(), default);
        await Keeper.RemoveAsync(RiskRig.Alice, default);

        Assert.Equal(LoadedHistory.None, await Keeper.LoadAsync(RiskRig.Alice, default));
    }
}
