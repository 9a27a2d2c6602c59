using System.Collections.Concurrent;
using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.Hosting;
using Xunit;

namespace MfaMiddleware.Tests.Telemetry;

public sealed class GuardedSinkTests : IDisposable
{
    private readonly FakeClock _clock = new();
    private readonly LogRecorder _logs = new();
    private readonly Gate _gate = new();
    private readonly GuardedSink _sink;

    public GuardedSinkTests() => _sink = new GuardedSink(_gate, _clock, _logs.CreateLogger("test"));

    public void Dispose()
    {
        _sink.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public async Task SinkThatTakesItsTime_IsWaitedForAQuarterOfASecondAndNoLonger()
    {
        var first = _sink.WriteAsync(Event(0));
        await _gate.EnteredAsync();
        Assert.False(first.IsCompleted);

        await PassPatienceAsync(first);

        Assert.Empty(_gate.Taken);
    }

    [Fact]
    public async Task WhileAWriteHangs_NobodyWaitsAndNothingElseIsTried_AndAllGoesOutInTheEnd()
    {
        var first = _sink.WriteAsync(Event(0));
        await _gate.EnteredAsync();
        await PassPatienceAsync(first);

        for (var i = 1; i <= 100; i++) Assert.True(_sink.WriteAsync(Event(i)).IsCompletedSuccessfully);
        Assert.Equal(1, _gate.Calls);
        Assert.Single(_logs.Lines, line => line.Contains("hangs", StringComparison.Ordinal));

        _gate.Open();
        await AllTakenAsync(101).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(Enumerable.Range(0, 101).Select(i => $"{i}"), _gate.Taken.Select(e => e.FactorId));
    }

    [Fact]
    public async Task QueueThatIsFull_DropsTheEventLoudly()
    {
        var first = _sink.WriteAsync(Event(0));
        await _gate.EnteredAsync();
        await PassPatienceAsync(first);

        for (var i = 1; i < GuardedSink.MaxWaiting; i++) await _sink.WriteAsync(Event(i));
        Assert.DoesNotContain(_logs.Lines, line => line.Contains("is full", StringComparison.Ordinal));
        await _sink.WriteAsync(Event(-1));

        Assert.Single(_logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("is full", StringComparison.Ordinal));
        _gate.Open();
        await _sink.DrainAsync();
        Assert.DoesNotContain(_gate.Taken, e => e.FactorId == "-1");
    }

    private static MfaEvent Event(int number) => new() { Name = MfaEventNames.SignInCompleted, Subject = null, At = default, FactorId = $"{number}" };

    private async Task AllTakenAsync(int count)
    {
        while (_gate.Taken.Count < count) await Task.Yield();
    }

    /// <summary>The timer may begin a little after the write.</summary>
    private async Task PassPatienceAsync(Task writing)
    {
        while (!writing.IsCompleted)
        {
            _clock.Advance(GuardedSink.Patience);
            await Task.Yield();
        }
    }

    private sealed class Gate : IMfaEventSink
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _calls;

        public ConcurrentQueue<MfaEvent> Taken { get; } = new();

        public int Calls => Volatile.Read(ref _calls);

        public Task EnteredAsync() => _entered.Task;

        public void Open() => _open.SetResult();

        public async ValueTask WriteAsync(MfaEvent mfaEvent, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _calls);
            _entered.TrySetResult();
            await _open.Task;
            Taken.Enqueue(mfaEvent);
        }
    }
}
