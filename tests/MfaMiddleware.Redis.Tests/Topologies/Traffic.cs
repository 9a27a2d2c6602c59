using System.Collections.Concurrent;
using System.Diagnostics;
using MfaMiddleware.Redis.Connection;
using MfaMiddleware.Redis.Tests.Server;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Topologies;

/// <summary>Sign-ins of many users over two nodes, without a pause, while a test hurts the servers.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    private readonly CancellationTokenSource _done = new();
    private readonly ConcurrentDictionary<string, int> _consumed = new();
    private readonly Task[] _users;
    private int _flows;
    private int _failed;

    public Traffic(RedisNode left, RedisNode right, int users) =>
        _users = [.. Enumerable.Range(0, users).Select(i => Task.Run(() => SignInAsync(i % 2 == 0 ? left : right, i % 2 == 0 ? right : left, i)))];

    /// <summary>Sign-ins that went through.</summary>
    public int Flows => Volatile.Read(ref _flows);

    /// <summary>Sign-ins that a fault ended.</summary>
    public int Failed => Volatile.Read(ref _failed);

    public async Task UntilAsync(Func<bool> condition)
    {
        var began = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(began.Elapsed < TimeSpan.FromSeconds(60), $"It never came to pass: {Flows} sign-ins, {Failed} failed.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>How long until a good many sign-ins have gone through from now on.</summary>
    public async Task<TimeSpan> RecoveryAsync(int flows = 300)
    {
        var (began, before) = (Stopwatch.StartNew(), Flows);
        await UntilAsync(() => Flows > before + flows);
        return began.Elapsed;
    }

    /// <summary>Ends it, and looks whether any sign-in was consumed twice.</summary>
    public async Task AssertNothingTwiceAsync()
    {
        await DisposeAsync();
        Assert.NotEmpty(_consumed);
        Assert.All(_consumed, c => Assert.Equal(1, c.Value));
    }

    public async ValueTask DisposeAsync()
    {
        await _done.CancelAsync();
        await Task.WhenAll(_users);
    }

    private async Task SignInAsync(RedisNode one, RedisNode other, int user)
    {
        while (!_done.IsCancellationRequested)
        {
            try
            {
                var session = Sessions.New($"user{user}");
                await one.Sessions.CreateAsync(session, Sessions.Limits, default);
                if (await other.Sessions.TrySpendAttemptAsync(session.Id, 1, default) is null) continue;
                // Both nodes believe to have the right answer.
                var results = await Task.WhenAll(TryAsync(one, session.Id), TryAsync(other, session.Id));
                foreach (var _ in results.Where(r => r)) _consumed.AddOrUpdate(session.Id, 1, (_, n) => n + 1);
                Interlocked.Increment(ref _flows);
            }
            catch (RedisUnavailableException)
            {
                Interlocked.Increment(ref _failed);
            }
        }
    }

    private static async Task<bool> TryAsync(RedisNode node, string id)
    {
        try
        {
            return await node.Sessions.TryConsumeAsync(id, 1, null, default);
        }
        catch (RedisUnavailableException)
        {
            return false;
        }
    }
}
