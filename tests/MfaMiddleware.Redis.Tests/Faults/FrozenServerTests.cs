using System.Diagnostics;
using MfaMiddleware.Redis.Connection;
using MfaMiddleware.Redis.Tests.Server;
using MfaMiddleware.TestKit.Faults;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Faults;

public sealed class FrozenServerTests
{
    [Fact]
    public async Task C07_ServerThatHangs_IsA503InTime_AndItsLateRepliesAreNobodys()
    {
        await using var server = await RedisServer.StartAsync();
        await using var host = await RedisHosts.StartAsync(server.Address);
        using var client = host.Client();
        var users = Enumerable.Range(0, 12).Select(i => $"user{i}").ToArray();
        var devices = new Dictionary<string, TotpDevice>();
        foreach (var user in users) devices[user] = await host.EnrollTotpAsync(user);
        var tokens = new Dictionary<string, string?>();
        foreach (var user in users) tokens[user] = (await client.LoginAsync(user)).Token;

        server.Freeze();
        var began = Stopwatch.StartNew();
        var hung = await Task.WhenAll(users.Select(user => client.AnswerAsync(tokens[user], devices[user].Code())));
        Assert.All(hung, r => Assert.Equal(503, r.Status));
        Assert.True(began.Elapsed < RedisHosts.Bound, $"It took {began.Elapsed}.");
        await RedisHosts.AssertUnavailableAsync(client, "user0");
        await RedisHosts.AssertUnavailableAsync(client, "user1");
        server.Thaw();

        // The answers that were given up do nothing any more: the same code, of the same token, passes once, and for its own user.
        foreach (var user in users)
        {
            var reply = await AnswerSoonAsync(client, tokens[user], devices[user].Code());
            Assert.Equal(200, reply.Status);
            Assert.Equal(user, (string?)(await client.MeAsync(reply.CookieHeader))!["sub"]![0]);
            Assert.Equal(401, (await client.AnswerAsync(tokens[user], devices[user].Code())).Status);
        }
    }

    [Fact]
    public async Task CallThatWasGivenUp_IsNotExecutedWhenTheServerGoesOn()
    {
        await using var server = await RedisServer.StartAsync();
        await using var node = await RedisNode.StartAsync(server.Address);
        await using var hasty = await RedisNode.StartAsync(server.Address, o => o.CallTimeout = TimeSpan.FromMilliseconds(400));
        var session = await node.Sessions.StoredAsync();
        // Where the connection is there, and the server's clock known.
        while (!await IsFoundAsync(hasty, session.Id)) Assert.NotNull(hasty);

        server.Freeze();
        var fault = await Assert.ThrowsAsync<RedisUnavailableException>(async () => await hasty.Sessions.TrySpendAttemptAsync(session.Id, 1, default));
        Assert.Equal(FaultKind.TimedOut, fault.Fault.Kind);
        server.Thaw();

        var found = await node.Sessions.FindAsync(session.Id, default);
        Assert.Equal((5, false), (found!.AttemptsRemaining, found.IsAnswering));
        while (!await IsFoundAsync(hasty, session.Id)) Assert.NotNull(hasty);
        Assert.NotNull(await node.Sessions.TrySpendAttemptAsync(session.Id, 1, default));
    }

    [Fact]
    public async Task HowLongACallMayTake_IsOurSetting_WhateverTheClientsOwnIs()
    {
        await using var server = await RedisServer.StartAsync();
        await using var node = await RedisNode.StartAsync(server.Address + ",syncTimeout=100", o => o.CallTimeout = TimeSpan.FromSeconds(30));
        var session = await node.Sessions.StoredAsync();

        var sleep = server.CommandAsync("DEBUG", "SLEEP", "3");
        var found = await node.Sessions.FindAsync(session.Id, default);

        await sleep;
        Assert.NotNull(found);
    }

    [Fact]
    public async Task C08_ConnectionsThatAreCutAndWritesThatWait_NeverLetACodeInTwice()
    {
        await using var server = await RedisServer.StartAsync();
        await using var host = await RedisHosts.StartAsync(server.Address);
        using var client = host.Client();
        var users = Enumerable.Range(0, 10).Select(i => $"user{i}").ToArray();
        var devices = new Dictionary<string, TotpDevice>();
        foreach (var user in users) devices[user] = await host.EnrollTotpAsync(user);

        using var done = new CancellationTokenSource();
        var killing = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested) await server.CommandAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        });
        var entered = await Task.WhenAll(users.Select(async user =>
        {
            var token = (await client.LoginAsync(user)).Token;
            if (token is null) return 0;
            // The same answer four times at once: whatever was cut, one of them at most.
            var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => client.AnswerAsync(token, devices[user].Code())));
            Assert.All(replies, r => Assert.Contains(r.Status, new[] { 200, 401, 503 }));
            return replies.Count(r => r.Status == 200);
        }));
        await done.CancelAsync();
        await killing;
        Assert.All(entered, count => Assert.InRange(count, 0, 1));

        await RedisHosts.AssertRecoversAsync(host, client, "user0", devices["user0"]);
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        var (last, code) = ((await client.LoginAsync("user1")).Token, devices["user1"].Code());
        await server.CommandAsync("CLIENT", "PAUSE", "2500", "WRITE");
        Assert.Equal(503, (await client.AnswerAsync(last, code)).Status);
        await server.CommandAsync("CLIENT", "UNPAUSE");
        var answers = new[] { await AnswerSoonAsync(client, last, code), await client.AnswerAsync(last, code) };
        Assert.Single(answers, r => r.Status == 200);
    }

    [Fact]
    public async Task C13_ServerThatSpeaksNoSense_IsA503InTimeAndHoldsNobody()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = new FaultProxy(server.Port);
        await using var host = await RedisHosts.StartAsync($"127.0.0.1:{proxy.Port}");
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        await RedisHosts.AssertRecoversAsync(host, client, "alice", device);

        foreach (var fault in Enum.GetValues<ProxyFault>().Where(f => f is not ProxyFault.None))
        {
            proxy.Fault = fault;
            await RedisHosts.AssertUnavailableAsync(client, "alice");
            proxy.Fault = ProxyFault.None;
            await RedisHosts.AssertRecoversAsync(host, client, "alice", device);
        }
    }

    [Fact]
    public async Task HungConnection_IsMadeAnew_EvenWhileNobodySignsIn()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = new FaultProxy(server.Port);
        await using var node = await RedisNode.StartAsync($"127.0.0.1:{proxy.Port}", o => o.CallTimeout = TimeSpan.FromMilliseconds(300));
        var session = await node.Sessions.StoredAsync();
        var connection = node.Services.GetRequiredService<RedisConnection>();
        var before = await connection.LinkAsync();

        // The old connection stays silent for good; one that is made now works.
        proxy.Fault = ProxyFault.SilenceOfThePresent;
        await Assert.ThrowsAsync<RedisUnavailableException>(async () => await node.Sessions.FindAsync(session.Id, default));

        var began = Stopwatch.StartNew();
        while (connection.Current is not { } link || link == before || link.IsFailing) Assert.True(began.Elapsed < TimeSpan.FromSeconds(20));
        Assert.NotNull(await node.Sessions.FindAsync(session.Id, default));
        Assert.Contains(node.Logs.Lines, l => l.Contains("[4004]", StringComparison.Ordinal));
    }

    private static async Task<bool> IsFoundAsync(RedisNode node, string id)
    {
        try
        {
            return await node.Sessions.FindAsync(id, default) is not null;
        }
        catch (RedisUnavailableException)
        {
            return false;
        }
    }

    private static async Task<Reply> AnswerSoonAsync(MfaClient client, string? token, string code)
    {
        var began = Stopwatch.StartNew();
        while (true)
        {
            var reply = await client.AnswerAsync(token, code);
            if (reply.Status != 503) return reply;
            Assert.True(began.Elapsed < TimeSpan.FromSeconds(10), $"Still 503 after {began.Elapsed}.");
        }
    }
}
