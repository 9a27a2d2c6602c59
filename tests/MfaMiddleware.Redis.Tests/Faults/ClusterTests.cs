using MfaMiddleware.Redis.Connection;
using MfaMiddleware.Redis.Tests.Server;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Xunit.Abstractions;

namespace MfaMiddleware.Redis.Tests.Faults;

/// <summary>A Cluster whose parts die, move and change their roles under the sign-ins of two nodes.</summary>
[Collection("One after the other: each takes all that the machine has")]
public sealed class ClusterTests(SharedCluster cluster, ITestOutputHelper output) : IClassFixture<SharedCluster>
{
    private const int Users = 40;

    [Fact]
    public async Task C18_SlotsThatMoveUnderSignIns_AreFollowed()
    {
        await using var nodes = await TwoNodes.StartForManyAsync(cluster.Configuration, Users);
        var device = await nodes.Left.EnrollTotpAsync("alice");
        var before = await KeysAsync();
        var token = (await nodes.ToLeft.LoginAsync("alice")).Token;
        var keys = (await KeysAsync()).Except(before).Order().ToList();
        Assert.Equal(2, keys.Count);
        // What is in braces says where a key lies.
        Assert.Single(keys.Select(k => k.Split('{', '}')[1]).Distinct());
        nodes.IsHasty = true;
        await using var signIns = await SignIns.StartAsync(nodes, Users);
        await signIns.UntilAsync(() => signIns.Flows > Users);
        var masters = (await cluster.PairsAsync()).Select(p => p.Master).ToList();
        var from = await OwnerAsync(masters, keys[0]);
        var to = masters.First(m => m != from);

        // One of alice's two keys here, the other there.
        var (tryAgain, ask, moved) = (await cluster.ErrorsAsync("TRYAGAIN"), await cluster.ErrorsAsync("ASK"), await cluster.ErrorsAsync("MOVED"));
        var move = await SlotMove.BeginAsync(cluster, from, to, keys[0]);
        await move.MoveAsync(keys[0]);
        var answer = AnswerAsync(nodes.ToRight, token, device.Code());
        await UntilMoreAsync("TRYAGAIN", tryAgain);
        await move.MoveAllAsync();
        Assert.Equal(200, (await answer).Status);
        Assert.True(await cluster.ErrorsAsync("ASK") > ask);
        await move.EndAsync();
        foreach (var key in Others(await from.CommandAsync("KEYS", "mfa:*")).Take(10))
        {
            move = await SlotMove.BeginAsync(cluster, from, to, key);
            await move.MoveAllAsync();
            await move.EndAsync();
        }

        Assert.Equal(401, (await AnswerAsync(nodes.ToLeft, (await nodes.ToLeft.LoginAsync("alice")).Token, device.Code())).Status);
        Assert.True(await cluster.ErrorsAsync("MOVED") > moved);
        await AssertAllIsWellAsync(signIns);
    }

    [Fact]
    public async Task C18_ReplicaThatTakesOverUnderSignIns_IsFollowed()
    {
        await using var nodes = await TwoNodes.StartForManyAsync(cluster.Configuration, Users);
        nodes.IsHasty = true;
        await using var signIns = await SignIns.StartAsync(nodes, Users);
        await signIns.UntilAsync(() => signIns.Flows > Users);

        foreach (var (_, replica) in await cluster.PairsAsync())
        {
            await replica.CommandAsync("CLUSTER", "FAILOVER", "TAKEOVER");
            await RedisServer.UntilAsync(replica, "replication", "role:master");
            await replica.CommandAsync("CONFIG", "RESETSTAT");
            await signIns.AssertRecoversAsync();
            await UntilAskedAsync(signIns, replica);
            await cluster.UntilWholeAsync();
        }

        await AssertAllIsWellAsync(signIns);
    }

    [Fact]
    public async Task C18_MasterThatDiesUnderSignIns_IsReplacedByItsReplica()
    {
        await using var nodes = await TwoNodes.StartForManyAsync(cluster.Configuration, Users);
        nodes.IsHasty = true;
        await using var signIns = await SignIns.StartAsync(nodes, Users);
        await signIns.UntilAsync(() => signIns.Flows > Users);
        var (master, replica) = (await cluster.PairsAsync())[0];

        await master.KillAsync();
        var unavailable = signIns.Unavailable;
        await signIns.UntilAsync(() => signIns.Unavailable > unavailable);
        await RedisServer.UntilAsync(replica, "replication", "role:master");
        await signIns.AssertRecoversAsync();
        await replica.CommandAsync("CONFIG", "RESETSTAT");
        await UntilAskedAsync(signIns, replica);

        await master.RunAsync();
        await cluster.UntilWholeAsync();
        await AssertAllIsWellAsync(signIns);
    }

    [Fact]
    public async Task C18_MasterThatHangsUnderSignIns_IsReplacedByItsReplica()
    {
        await using var nodes = await TwoNodes.StartForManyAsync(cluster.Configuration, Users);
        nodes.IsHasty = true;
        await using var signIns = await SignIns.StartAsync(nodes, Users);
        await signIns.UntilAsync(() => signIns.Flows > Users);
        var (master, replica) = (await cluster.PairsAsync())[0];

        // Its connections stay: nobody is told, and the other masters serve their users as if nothing were.
        master.Freeze();
        try
        {
            await RedisServer.UntilAsync(replica, "replication", "role:master");
            await replica.CommandAsync("CONFIG", "RESETSTAT");
            var began = TimeProvider.System.GetTimestamp();
            await UntilAskedAsync(signIns, replica);
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(10), $"It took {TimeProvider.System.GetElapsedTime(began)}.");
            await signIns.AssertRecoversAsync();
        }
        finally
        {
            master.Thaw();
        }

        await cluster.UntilWholeAsync();
        await AssertAllIsWellAsync(signIns);
    }

    [Fact]
    public async Task C18_MasterThatHangsAndIsNotReplaced_IsConnectedToAnew_WhileTheOthersServe()
    {
        await using var node = await RedisNode.StartAsync(cluster.Configuration, o => o.CallTimeout = TimeSpan.FromSeconds(2));
        var pairs = await cluster.PairsAsync();
        var (itsUser, otherUser) = (await UserOfAsync(node, pairs[0].Master), await UserOfAsync(node, pairs[1].Master));
        await pairs[0].Replica.CommandAsync("CONFIG", "SET", "cluster-replica-no-failover", "yes");
        foreach (var server in cluster.Servers) await server.CommandAsync("CONFIG", "SET", "cluster-require-full-coverage", "no");
        var connection = node.Services.GetRequiredService<RedisConnection>();
        var before = await connection.LinkAsync();

        pairs[0].Master.Freeze();
        try
        {
            await Assert.ThrowsAsync<RedisUnavailableException>(() => node.Sessions.StoredAsync(itsUser));
            // No other user of that master comes: that it hangs is found out by asking it.
            var began = TimeProvider.System.GetTimestamp();
            while (await connection.LinkAsync() == before)
            {
                await node.Sessions.StoredAsync(otherUser);
                Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30), "It never was connected to anew.");
            }

            Assert.Contains(node.Logs.Lines, l => l.Contains("[4004]", StringComparison.Ordinal));
        }
        finally
        {
            pairs[0].Master.Thaw();
            await pairs[0].Replica.CommandAsync("CONFIG", "SET", "cluster-replica-no-failover", "no");
            foreach (var server in cluster.Servers) await server.CommandAsync("CONFIG", "SET", "cluster-require-full-coverage", "yes");
        }

        await cluster.UntilWholeAsync();
    }

    [Fact]
    public async Task C19_ClusterThatLostTheMajorityOfItsMasters_IsA503_AndUsedAgainOnceItIsWhole()
    {
        await using var nodes = await TwoNodes.StartAsync(cluster.Configuration);
        var masters = (await cluster.PairsAsync()).Select(p => p.Master).ToList();
        var tokens = new Dictionary<string, (string? Token, TotpDevice Device)>();
        // Until one of them is where the last master is. What others left behind there may end meanwhile.
        for (var before = await KeysAsync(masters[2]); tokens.Count < 4 || !(await KeysAsync(masters[2])).Except(before).Any();)
        {
            var user = $"user{tokens.Count}";
            var device = await nodes.Left.EnrollTotpAsync(user);
            tokens[user] = ((await nodes.ToLeft.LoginAsync(user)).Token, device);
        }

        nodes.IsHasty = true;
        await Task.WhenAll(masters[0].KillAsync(), masters[1].KillAsync());
        await RedisServer.UntilAsync(masters[2], null, "cluster_state:fail");
        var answers = await Task.WhenAll(tokens.Values.Select(t => nodes.ToRight.AnswerAsync(t.Token, t.Device.Code())));
        Assert.All(answers, a => Assert.Equal((503, 0), (a.Status, a.SessionCookies.Count)));
        await RedisHosts.AssertUnavailableAsync(nodes.ToLeft, "user0");
        Assert.NotNull(await masters[2].FieldAsync("errorstats", "errorstat_CLUSTERDOWN"));
        await Task.WhenAll(masters[0].RunAsync(), masters[1].RunAsync());

        await RedisHosts.AssertIsAskedAsync(nodes.ToLeft, nodes.ToRight);
        await cluster.UntilWholeAsync();
        nodes.IsHasty = false;
        var passed = 0;
        foreach (var (user, (token, device)) in tokens)
        {
            // What lay on a server that came back empty is gone; that there was a 503 cost nobody a try.
            var reply = await nodes.ToRight.AnswerAsync(token, device.Code());
            if (reply.Status != 200) Assert.Equal((401, "invalid_token"), (reply.Status, reply.Error));
            else passed++;
            await RedisHosts.AssertRecoversAsync(nodes.Right, nodes.ToLeft, user, device);
        }

        Assert.NotEqual(0, passed);
    }

    /// <summary>Somebody whose sessions that master has.</summary>
    private static async Task<string> UserOfAsync(RedisNode node, RedisServer master)
    {
        for (var i = 0; ; i++)
        {
            var session = await node.Sessions.StoredAsync($"user{i}");
            if (SlotMove.Keys(await master.CommandAsync("KEYS", $"mfa:{{{session.Id[^3..]}}}")).Count > 0) return $"user{i}";
        }
    }

    /// <summary>Without those of probes.</summary>
    private static async Task<IReadOnlyList<string>> KeysAsync(RedisServer server) =>
        [.. SlotMove.Keys(await server.CommandAsync("KEYS", "mfa:*")).Where(k => !k.EndsWith(":p", StringComparison.Ordinal))];

    private static IEnumerable<string> Others(string keys) => SlotMove.Keys(keys).DistinctBy(k => k.Split('{', '}')[1]);

    private static async Task<RedisServer> OwnerAsync(IEnumerable<RedisServer> masters, string key)
    {
        foreach (var master in masters)
        {
            if (SlotMove.Keys(await master.CommandAsync("KEYS", "mfa:*")).Contains(key)) return master;
        }

        throw new InvalidOperationException("No master has it.");
    }

    private static async Task<Reply> AnswerAsync(MfaClient client, string? token, string code)
    {
        var reply = await client.AnswerAsync(token, code);
        for (var i = 0; reply.Status == 503 && i < 10; i++) reply = await client.AnswerAsync(token, code);
        return reply;
    }

    private async Task<List<string>> KeysAsync()
    {
        var keys = new List<string>();
        foreach (var (master, _) in await cluster.PairsAsync()) keys.AddRange(await KeysAsync(master));
        return keys;
    }

    private async Task UntilMoreAsync(string error, int count)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (await cluster.ErrorsAsync(error) <= count) Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(10), $"Nobody was told {error}.");
    }

    /// <summary>A third of the tokens belongs to it, but which comes first is chance, and its old master serves until it has heard of it.</summary>
    private static Task UntilAskedAsync(SignIns signIns, RedisServer master) => signIns.UntilAsync(async () => await master.ScriptCallsAsync() > 0);

    private async Task AssertAllIsWellAsync(SignIns signIns)
    {
        await signIns.AssertRecoversAsync();
        output.WriteLine($"{signIns}");
        await signIns.AssertNothingWrongAsync();
        Assert.Equal(0, await cluster.ErrorsAsync("CROSSSLOT"));
    }
}
