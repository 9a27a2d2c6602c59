using System.Runtime.CompilerServices;
using MfaMiddleware.Factors;
using MfaMiddleware.TestKit;
using Moq;
using Xunit;

namespace MfaMiddleware.Tests.Factors;

public sealed class FactorStoreTests
{
    private readonly FakeClock _clock = new();
    private readonly TaskCompletionSource _release = new();
    private readonly TaskCompletionSource _ended = new();
    private bool _isStuck;

    [Fact]
    public async Task Histories_OfAStoreThatStopsAnswering_EndInUnavailableAndTheReadingIsCancelled()
    {
        _isStuck = true;
        await using var histories = Store().ReadHistoriesAsync(default).GetAsyncEnumerator();
        Assert.True(await histories.MoveNextAsync());

        var second = histories.MoveNextAsync().AsTask();
        Assert.False(second.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<MfaUnavailableException>(() => second);
        _release.SetResult();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _ended.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Histories_OfAReaderThatStopsEarly_AreDisposedOf()
    {
        await foreach (var (subject, _) in Store().ReadHistoriesAsync(default))
        {
            Assert.Equal("first", subject.Id);
            Assert.False(_ended.Task.IsCompleted);
            break;
        }

        Assert.True(_ended.Task.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Histories_ReadForLongerThanOneCallMayTake_AreAllRead()
    {
        var found = new List<string>();
        await foreach (var (subject, _) in Store().ReadHistoriesAsync(default))
        {
            found.Add(subject.Id);
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(["first", "second"], found);
    }

    [Fact]
    public async Task CallThatFailsAfterItWasGivenUp_IsNoUnobservedException()
    {
        var unobserved = new List<Exception>();
        EventHandler<UnobservedTaskExceptionEventArgs> handler = (_, e) => unobserved.AddRange(e.Exception.InnerExceptions);
        TaskScheduler.UnobservedTaskException += handler;
        try
        {
            await GiveUpAsync();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= handler;
        }

        Assert.DoesNotContain(unobserved, e => e is IOException { Message: "late" });
    }

    /// <summary>In a method of its own: nothing keeps the task after it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task GiveUpAsync()
    {
        var late = new TaskCompletionSource<bool>();
        var given = new StoreBudget(() => new MfaOptions(), _clock).RunAsync(_ => new ValueTask<bool>(late.Task), default).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<MfaUnavailableException>(() => given);
        late.SetException(new IOException("late"));
    }

    private FactorStore Store()
    {
        var inner = new Mock<IMfaFactorStore>(MockBehavior.Strict);
        inner.Setup(s => s.ReadHistoriesAsync(It.IsAny<CancellationToken>())).Returns((CancellationToken token) => ReadAsync(token));
        return new FactorStore(inner.Object, new StoreBudget(() => new MfaOptions(), _clock), new LastChanges(_clock));
    }

    private async IAsyncEnumerable<KeyValuePair<MfaSubject, MfaStoredHistory>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            yield return KeyValuePair.Create(new MfaSubject("", "first"), MfaStoredHistory.None);
            // A driver that doesn't look at its token while it waits.
            if (_isStuck) await _release.Task;
            yield return KeyValuePair.Create(new MfaSubject("", "second"), MfaStoredHistory.None);
        }
        finally
        {
            if (cancellationToken.IsCancellationRequested && _isStuck) _ended.SetCanceled(cancellationToken);
            else _ended.SetResult();
        }
    }
}
