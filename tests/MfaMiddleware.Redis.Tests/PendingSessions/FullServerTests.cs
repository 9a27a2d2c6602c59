using MfaMiddleware.Redis.Connection;
using MfaMiddleware.Redis.Tests.Server;
using Xunit;

namespace MfaMiddleware.Redis.Tests.PendingSessions;

/// <summary>A server without memory refuses a script before it has changed anything.</summary>
public sealed class FullServerTests
{
    [Fact]
    public async Task VerbThatTheServerRefused_HasChangedNothing()
    {
        await using var server = await RedisServer.StartAsync();
        await using var node = await RedisNode.StartAsync(server.Address);
        var atRest = await node.Sessions.StoredAsync("rest");
        var answering = await node.Sessions.AnsweringAsync("answering");
        var newcomer = Sessions.New("new");

        await server.CommandAsync("CONFIG", "SET", "maxmemory", "1");
        await RefusedAsync(() => node.Sessions.CreateAsync(newcomer, Sessions.Limits, default).AsTask());
        await RefusedAsync(() => node.Sessions.TrySpendAttemptAsync(atRest.Id, 1, default).AsTask());
        await RefusedAsync(() => node.Sessions.TryUpdateAsync(atRest.Id, 1, [1], atRest.ExpiresAt - TimeSpan.FromMinutes(1), default).AsTask());
        await RefusedAsync(() => node.Sessions.RejectAsync(answering.Id, 1, new byte[32], default).AsTask());
        await RefusedAsync(() => node.Sessions.RefundAsync(answering.Id, 1, default).AsTask());
        await server.CommandAsync("CONFIG", "SET", "maxmemory", "0");

        Assert.Null(await node.Sessions.FindAsync(newcomer.Id, default));
        var (rest, still) = (await node.Sessions.FindAsync(atRest.Id, default), await node.Sessions.FindAsync(answering.Id, default));
        Assert.Equal((1, 5, false, atRest.ExpiresAt), (rest!.Version, rest.AttemptsRemaining, rest.IsAnswering, rest.ExpiresAt));
        Assert.Equal((1, 4, true), (still!.Version, still.AttemptsRemaining, still.IsAnswering));
        // All of it can still be done, once.
        Assert.True(await node.Sessions.TryConsumeAsync(answering.Id, 1, null, default));
        Assert.NotNull(await node.Sessions.TrySpendAttemptAsync(atRest.Id, 1, default));
    }

    [Fact]
    public async Task SessionThatEnds_EndsOnAFullServerToo()
    {
        await using var server = await RedisServer.StartAsync();
        await using var node = await RedisNode.StartAsync(server.Address);
        var (removed, consumed, completed) = (await node.Sessions.StoredAsync("a"), await node.Sessions.AnsweringAsync("b"), await node.Sessions.AnsweringAsync("c"));

        await server.CommandAsync("CONFIG", "SET", "maxmemory", "1");

        Assert.True(await node.Sessions.RemoveAsync(removed.Id, default));
        Assert.True(await node.Sessions.TryConsumeAsync(consumed.Id, 1, null, default));
        Assert.True(await node.Sessions.TryConsumeAsync(completed.Id, 1, "/home", default));
        Assert.False(await node.Sessions.TryConsumeAsync(consumed.Id, 1, null, default));
        Assert.Null(await node.Sessions.FindAsync(removed.Id, default));
        Assert.Null(await node.Sessions.FindAsync(consumed.Id, default));
        Assert.Equal("/home", (await node.Sessions.FindAsync(completed.Id, default))!.CompletedUrl);
    }

    private static async Task RefusedAsync(Func<Task> verb) =>
        Assert.Equal(FaultKind.Misconfigured, (await Assert.ThrowsAsync<RedisUnavailableException>(verb)).Fault.Kind);
}
