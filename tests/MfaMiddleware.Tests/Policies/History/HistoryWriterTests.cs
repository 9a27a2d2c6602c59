using MfaMiddleware.Policies.History;
using MfaMiddleware.Tests.Policies.Signals;
using MfaMiddleware.Tests.Threats.Support;
using Xunit;

namespace MfaMiddleware.Tests.Policies.History;

public sealed class HistoryWriterTests : IDisposable
{
    private readonly RiskRig _rig = new(CountingFactorStore.Use);

    public void Dispose() => _rig.Dispose();

    private HistoryWriter Writer => _rig.Get<HistoryWriter>();

    [Fact]
    public async Task FullQueue_LeavesEntriesOutAndHoldsNobody()
    {
        var stuck = new TaskCompletionSource();
        _rig.Get<CountingFactorStore>().BeforeHistoryWrite = () => stuck.Task;
        var written = 0;
        // The first hundred at most are taken out of the queue at once and wait for the store; so many more than the queue holds may be left out or not.
        await Task.Run(() =>
        {
            for (var i = 0; i < 10_200; i++)
            {
                Writer.Enqueue(RiskRig.Alice, h =>
                {
                    written++;
                    return h.LastProvedAt is null ? h with { LastProvedAt = _rig.Now } : null;
                });
            }
        }).WaitAsync(TimeSpan.FromMinutes(1));

        stuck.SetResult();
        await Writer.FlushAsync();
        Assert.InRange(written, 10_000, 10_100);
    }

    [Fact]
    public async Task FloodOfOneUser_IsFewWrites()
    {
        var (stuck, writes) = (new TaskCompletionSource(), 0);
        _rig.Get<CountingFactorStore>().BeforeHistoryWrite = () =>
        {
            writes++;
            return stuck.Task;
        };
        for (var i = 0; i < 1000; i++) Writer.Enqueue(RiskRig.Alice, h => h.Failed(new(_rig.Now, FailureKind.Password, "n")));
        stuck.SetResult();
        await Writer.FlushAsync();

        Assert.InRange(writes, 10, 11);
    }

    [Fact]
    public async Task EntryThatFails_DoesNotStopTheNext()
    {
        Writer.Enqueue(RiskRig.Alice, _ => throw new InvalidOperationException("broken"));
        _rig.Places.Throws = true;
        Writer.Enqueue(RiskRig.Alice, System.Net.IPAddress.Loopback, (h, place) => place is null ? h with { LastProvedAt = _rig.Now } : null);
        await Writer.FlushAsync();

        Assert.Equal(_rig.Now, (await _rig.Get<HistoryKeeper>().LoadAsync(RiskRig.Alice, default)).History.LastProvedAt);
    }

    [Fact]
    public async Task EndOfTheApp_WaitsForWhatIsQueued()
    {
        for (var i = 0; i < 100; i++) Writer.Enqueue(RiskRig.Alice, h => h.Failed(new(_rig.Now, FailureKind.Password, "n")));
        await Writer.DisposeAsync();

        Assert.Equal(50, (await _rig.Get<HistoryKeeper>().LoadAsync(RiskRig.Alice, default)).History.Failures.Count);
        Writer.Enqueue(RiskRig.Alice, h => h);
    }
}
