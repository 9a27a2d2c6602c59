using System.Collections.Concurrent;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Redis.Tests.Server;
using MfaMiddleware.TestKit.PendingSessions;
using Xunit;

namespace MfaMiddleware.Redis.Tests.PendingSessions;

/// <summary>Two stores with a connection each, 32 callers on either, at the same moment.</summary>
[Collection(RedisCollection.Name)]
public sealed class TwoNodesRaceTests(SharedRedis redis) : IAsyncLifetime
{
    private const int Rounds = 10;

    private RedisNode[] _nodes = null!;

    public async Task InitializeAsync()
    {
        var prefix = SharedRedis.NewPrefix();
        _nodes = [await RedisNode.StartAsync(redis.Server.Address, o => o.KeyPrefix = prefix), await RedisNode.StartAsync(redis.Server.Address, o => o.KeyPrefix = prefix)];
    }

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    [Theory]
    [InlineData("spend")]
    [InlineData("reject")]
    [InlineData("refund")]
    [InlineData("update")]
    [InlineData("consume")]
    [InlineData("complete")]
    [InlineData("remove")]
    [InlineData("end")]
    public async Task OfAllCallersOfASingleUseVerb_OneWins(string verb)
    {
        var winners = new ConcurrentBag<int>();
        for (var round = 0; round < Rounds; round++)
        {
            var session = verb is "spend" or "update" or "remove" ? await Store(round).StoredAsync($"user{round}") : await Store(round).AnsweringAsync($"user{round}");

            var results = await PendingSessionRace.RunAsync(async i =>
            {
                var won = await CallAsync(verb == "end" ? new[] { "reject", "refund", "consume", "complete" }[i / 2 % 4] : verb, Store(i), session);
                if (won) winners.Add(i % 2);
                return won;
            });

            Assert.Single(results, true);
        }

        Assert.Equal(Rounds, winners.Count);
    }

    [Fact]
    public async Task NewcomersOfOneSubjectOnBothNodes_LeaveAsManyAsAllowed()
    {
        var sessions = Enumerable.Range(0, PendingSessionRace.Callers).Select(i => Sessions.New(network: $"10.0.{i}.0/24")).ToArray();

        var results = await PendingSessionRace.RunAsync(i => Store(i).CreateAsync(sessions[i], Sessions.Limits, default));

        Assert.Equal(Sessions.Limits.PerSubject, results.Count(r => r is CreateResult.Created));
    }

    [Fact]
    public async Task SendsOnBothNodes_NeverPassTheLimit()
    {
        var now = TimeProvider.System.GetUtcNow();

        var results = await PendingSessionRace.RunAsync(async i =>
            await _nodes[i % 2].Budgets.TryChargeAsync([new("number", 10, TimeSpan.FromHours(1)), new("total", 100, TimeSpan.FromHours(1))], now, default) is null);

        // One that was refused may have held a place for a moment: never more than the limit, and afterwards none is lost.
        Assert.InRange(results.Count(r => r), 1, 10);
        while (await _nodes[0].Budgets.TryChargeAsync([new("number", 10, TimeSpan.FromHours(1))], now, default) is null) Assert.NotEmpty(results);
        Assert.NotNull(await _nodes[1].Budgets.FindWaitAsync([new("number", 10, TimeSpan.FromHours(1))], now, default));
    }

    private IPendingSessionStore Store(int i) => _nodes[i % 2].Sessions;

    private static async Task<bool> CallAsync(string verb, IPendingSessionStore store, PendingSession session) => verb switch
    {
        "spend" => await store.TrySpendAttemptAsync(session.Id, 1, default) is not null,
        "reject" => await store.RejectAsync(session.Id, 1, new byte[32], default) is not null,
        "refund" => await store.RefundAsync(session.Id, 1, default),
        "update" => await store.TryUpdateAsync(session.Id, 1, [1], session.ExpiresAt, default) is not null,
        "consume" => await store.TryConsumeAsync(session.Id, 1, null, default),
        "complete" => await store.TryConsumeAsync(session.Id, 1, "/home", default),
        "remove" => await store.RemoveAsync(session.Id, default),
        _ => throw new ArgumentOutOfRangeException(nameof(verb), verb, "a verb"),
    };
}
