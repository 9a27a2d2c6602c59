using System.Collections.Concurrent;
using System.Diagnostics;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Redis.Connection;
using MfaMiddleware.Redis.Tests.Server;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Faults;

/// <summary>The server is killed under 200 sign-ins that two nodes have in flight, and comes back empty.</summary>
public sealed class KilledServerTests
{
    private const int InFlight = 200;

    [Fact]
    public async Task KilledServer_LetsNothingPassTwice_AndIsUsedAgainOnceItIsBack()
    {
        await using var server = await RedisServer.StartAsync();
        await using var left = await RedisNode.StartAsync(server.Address, o => o.CallTimeout = TimeSpan.FromSeconds(1));
        await using var right = await RedisNode.StartAsync(server.Address, o => o.CallTimeout = TimeSpan.FromSeconds(1));
        var token = await left.Sessions.StoredAsync("early");
        var (consumed, slowest, failed, flows) = (new ConcurrentDictionary<string, int>(), TimeSpan.Zero, 0, 0);
        using var done = new CancellationTokenSource();

        var users = Enumerable.Range(0, InFlight).Select(i => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                var began = Stopwatch.StartNew();
                try
                {
                    await FlowAsync(i, consumed);
                    Interlocked.Increment(ref flows);
                }
                catch (RedisUnavailableException)
                {
                    Interlocked.Increment(ref failed);
                    lock (consumed) slowest = began.Elapsed > slowest ? began.Elapsed : slowest;
                }
            }
        })).ToArray();
        await UntilAsync(() => flows > 500);
        await server.KillAsync();
        await UntilAsync(() => failed > InFlight);
        await server.RunAsync();
        var (back, atReturn) = (Stopwatch.StartNew(), flows);
        await UntilAsync(() => flows > atReturn + 500);
        var recovery = back.Elapsed;
        await done.CancelAsync();
        await Task.WhenAll(users);

        Assert.All(consumed, c => Assert.Equal(1, c.Value));
        Assert.True(recovery < TimeSpan.FromSeconds(10), $"It took {recovery} to recover.");
        // Three calls of a second each, and what a loaded machine adds.
        Assert.True(slowest < TimeSpan.FromSeconds(8), $"A flow took {slowest}.");
        Assert.Null(await right.Sessions.FindAsync(token.Id, default));

        async Task FlowAsync(int i, ConcurrentDictionary<string, int> wins)
        {
            var (one, other) = i % 2 == 0 ? (left, right) : (right, left);
            var session = Sessions.New($"user{i}");
            await one.Sessions.CreateAsync(session, Sessions.Limits, default);
            if (await other.Sessions.TrySpendAttemptAsync(session.Id, 1, default) is null) return;
            // Both nodes believe to have the right answer.
            var results = await Task.WhenAll(TryAsync(one.Sessions, session), TryAsync(other.Sessions, session));
            foreach (var _ in results.Where(r => r)) wins.AddOrUpdate(session.Id, 1, (_, n) => n + 1);
        }
    }

    private static async Task<bool> TryAsync(IPendingSessionStore store, PendingSession session)
    {
        try
        {
            return await store.TryConsumeAsync(session.Id, 1, null, default);
        }
        catch (RedisUnavailableException)
        {
            return false;
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var began = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(began.Elapsed < TimeSpan.FromSeconds(60), "It never came to pass.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }
}
