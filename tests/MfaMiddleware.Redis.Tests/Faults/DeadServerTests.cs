using System.Diagnostics;
using MfaMiddleware.Methods.Sms;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Faults;

public sealed class DeadServerTests
{
    [Fact]
    public async Task C05_ServerThatIsDownAtTheStart_StopsNeitherTheHostNorThoseWhoNeedNoMfa()
    {
        await using var server = RedisServer.AtFreePort();
        await using var host = await RedisHosts.StartAsync(server.Address);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        await RedisHosts.AssertUnavailableAsync(client, "alice");
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => client.LoginAsync($"user{i}")));
        Assert.All(replies, r => Assert.Equal((503, 0), (r.Status, r.SessionCookies.Count)));
        // A counter that can't count is no free pass.
        var budgets = host.Services.GetRequiredService<ISendBudgetStore>();
        await Assert.ThrowsAnyAsync<Exception>(async () => await budgets.TryChargeAsync([new SendBudget("number", 1, TimeSpan.FromHours(1))], host.Clock.GetUtcNow(), default));

        await server.RunAsync();
        await RedisHosts.AssertRecoversAsync(host, client, "alice", device);
        Assert.Contains(host.Logs.Lines, l => l.Contains("[4001]", StringComparison.Ordinal));
        var began = Stopwatch.StartNew();
        while (!host.Logs.Lines.Any(l => l.Contains("[4003]", StringComparison.Ordinal)))
        {
            Assert.True(began.Elapsed < TimeSpan.FromSeconds(10), "The log doesn't say that all is well again.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    [Fact]
    public async Task C09_FullServer_IsA503UntilThereIsRoom_AndOneThatEvictsIsToldOf()
    {
        await using var server = await RedisServer.StartAsync();
        await using var host = await RedisHosts.StartAsync(server.Address);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        await RedisHosts.AssertRecoversAsync(host, client, "alice", device);

        await server.CommandAsync("CONFIG", "SET", "maxmemory", "1");
        await RedisHosts.AssertUnavailableAsync(client, "alice");
        Assert.Contains(host.Logs.Lines, l => l.Contains("[4002]", StringComparison.Ordinal) && l.Contains("OOM", StringComparison.Ordinal));

        await server.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        await RedisHosts.AssertRecoversAsync(host, client, "alice", device);
        Assert.DoesNotContain(host.Logs.Lines, l => l.Contains("[4010]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task C09_EvictedSession_IsANegativeAnswer_AndTheAccountsFailuresStay()
    {
        await using var server = await RedisServer.StartAsync("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
        await using var host = await RedisHosts.StartAsync(server.Address);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token;
        for (var i = 0; i < 4; i++) token = (await client.AnswerAsync(token, device.WrongCode())).Token;

        // The server throws out all it has.
        await server.CommandAsync("CONFIG", "SET", "maxmemory", "1");
        await server.CommandAsync("SET", "one", "more");
        Assert.StartsWith(":0", await server.CommandAsync("DBSIZE"), StringComparison.Ordinal);
        await server.CommandAsync("CONFIG", "SET", "maxmemory", "100mb");

        var evicted = await client.AnswerAsync(token, device.Code());
        Assert.Equal((401, 0), (evicted.Status, evicted.SessionCookies.Count));
        // The count of wrong answers is the factor store's: the fifth one brings a wait, as without the eviction.
        var again = await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.WrongCode());
        var wait = await client.AnswerAsync(again.Token, device.Code());
        Assert.Equal(429, wait.Status);
        Assert.Contains(host.Logs.Lines, l => l.Contains("[4010]", StringComparison.Ordinal) && l.Contains("allkeys-lru", StringComparison.Ordinal));
    }

    [Fact]
    public async Task C12_ServerThatIsStillLoading_IsA503UntilItHasLoaded()
    {
        await using var server = await RedisServer.StartAsync("--loading-process-events-interval-bytes", "1024", "--rdbcompression", "no");
        await using var host = await RedisHosts.StartAsync(server.Address);
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        await RedisHosts.AssertRecoversAsync(host, client, "alice", device);

        await server.CommandAsync("DEBUG", "POPULATE", "2000", "key", "100");
        await server.CommandAsync("CONFIG", "SET", "key-load-delay", "1500");
        var loading = server.CommandAsync("DEBUG", "RELOAD");
        while (!(await server.CommandAsync("PING")).StartsWith("-LOADING", StringComparison.Ordinal)) Assert.False(loading.IsCompleted, "It never loaded.");

        await RedisHosts.AssertUnavailableAsync(client, "alice");
        await loading;
        await RedisHosts.AssertRecoversAsync(host, client, "alice", device);
    }

    [Fact]
    public async Task C12_ServerThatRefuses_IsA503InTime_AndTheLogSaysWhyWithoutTheSecret()
    {
        await using var server = await RedisServer.StartAsync("--dbfilename", "no.rdb");
        await server.CommandAsync("CONFIG", "SET", "requirepass", "first-Pass-7");
        server.Password = "first-Pass-7";
        await using var host = await RedisHosts.StartAsync(server.Address + ",password=first-Pass-7");
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        await RedisHosts.AssertRecoversAsync(host, client, "alice", device);

        await RefusedAsync("READONLY", () => server.CommandAsync("REPLICAOF", "127.0.0.1", "1"), () => server.CommandAsync("REPLICAOF", "NO", "ONE"));
        await RefusedAsync("NOPERM", () => server.CommandAsync("ACL", "SETUSER", "default", "-@scripting"), () => server.CommandAsync("ACL", "SETUSER", "default", "+@scripting"));
        await RefusedAsync("MISCONF", BreakSavingAsync, () => server.CommandAsync("CONFIG", "SET", "save", ""));
        await RefusedAsync(word: null, RunForeverAsync, () => server.CommandAsync("SCRIPT", "KILL"));
        // The password is another from now on, and those who are connected are cut off.
        await RefusedAsync(
            "AUTH",
            async () =>
            {
                await server.CommandAsync("CONFIG", "SET", "requirepass", "other-Pass-7");
                server.Password = "other-Pass-7";
                await server.CommandAsync("CLIENT", "KILL", "TYPE", "normal");
            },
            null);
        Assert.DoesNotContain(host.Logs.Lines, l => l.Contains("Pass-7", StringComparison.Ordinal));

        async Task RefusedAsync(string? word, Func<Task> start, Func<Task>? end)
        {
            await start();
            await RedisHosts.AssertUnavailableAsync(client, "alice");
            // Why, the client says at once, or after the connection was made anew; of a busy server it may say only that it can't be reached.
            var began = Stopwatch.StartNew();
            while (word is not null && !host.Logs.Lines.Any(l => l.Contains("[400", StringComparison.Ordinal) && l.Contains(word, StringComparison.Ordinal)))
            {
                Assert.True(began.Elapsed < TimeSpan.FromSeconds(15), $"The log doesn't say {word}.");
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }

            if (end is null) return;
            await end();
            await RedisHosts.AssertRecoversAsync(host, client, "alice", device);
        }

        async Task BreakSavingAsync()
        {
            await server.CommandAsync("CONFIG", "SET", "save", "3600 1");
            await server.FailToSaveAsync();
        }

        async Task RunForeverAsync()
        {
            await server.CommandAsync("CONFIG", "SET", "lua-time-limit", "50");
            _ = server.CommandAsync("EVAL", "while true do end", "0");
            while (!(await server.CommandAsync("PING")).StartsWith("-BUSY", StringComparison.Ordinal)) Assert.NotNull(server);
        }
    }
}
