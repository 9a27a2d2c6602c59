using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Redis.Connection;
using MfaMiddleware.Redis.PendingSessions;
using MfaMiddleware.Redis.Tests.Server;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using Xunit;

namespace MfaMiddleware.Redis.Tests.PendingSessions;

/// <summary>A call whose answer was lost: it runs late, or again. Sent here as the wrapper sends it, with operation and last moment by hand.</summary>
[Collection(RedisCollection.Name)]
public sealed class OperationTests(SharedRedis redis) : IAsyncLifetime
{
    private readonly string _prefix = SharedRedis.NewPrefix();
    private RedisNode _node = null!;

    public static TheoryData<string> Verbs => ["create", "spend", "reject", "exhaust", "refund", "update", "consume", "complete", "remove"];

    public async Task InitializeAsync() => _node = await RedisNode.StartAsync(redis.Server.Address, o => o.KeyPrefix = _prefix);

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task CallAfterItsLastMoment_DoesNothing(string verb)
    {
        var session = await BeforeAsync(verb);
        var before = await _node.Sessions.FindAsync(session.Id, default);

        var late = await RunAsync(verb, session, RandomNumberGenerator.GetBytes(8), await ServerTimeAsync() - 1);

        Assert.Equal(RedisScript.Late, late.Status);
        var after = await _node.Sessions.FindAsync(session.Id, default);
        Assert.Equal((before?.Version, before?.AttemptsRemaining, before?.IsAnswering, before?.CompletedUrl), (after?.Version, after?.AttemptsRemaining, after?.IsAnswering, after?.CompletedUrl));
        Assert.True((await RunAsync(verb, session, RandomNumberGenerator.GetBytes(8), await ServerTimeAsync() + 60_000)).IsYes);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task SameOperationAgain_GivesTheSameAnswerAndChangesNothing(string verb)
    {
        var session = await BeforeAsync(verb);
        var operation = RandomNumberGenerator.GetBytes(8);
        var lastMoment = await ServerTimeAsync() + 60_000;
        var first = await RunAsync(verb, session, operation, lastMoment);
        var between = await _node.Sessions.FindAsync(session.Id, default);

        var again = await RunAsync(verb, session, operation, lastMoment);

        Assert.True(first.IsYes);
        // A refund has no answer but yes, and is never sent twice where it may have run.
        Assert.True(again.IsYes);
        if (first.Value is { Length: > 0 }) Assert.Equal(first.Value, again.Value);
        var after = await _node.Sessions.FindAsync(session.Id, default);
        Assert.Equal((between?.Version, between?.AttemptsRemaining, between?.IsAnswering), (after?.Version, after?.AttemptsRemaining, after?.IsAnswering));
        // Another operation isn't taken for it.
        Assert.NotEqual(1, (await RunAsync(verb, session, RandomNumberGenerator.GetBytes(8), lastMoment)).Status);
    }

    [Fact]
    public async Task AnswerOfAnotherOperation_IsNoAnswer()
    {
        var link = await _node.Services.GetRequiredService<RedisConnection>().LinkAsync();
        var operation = RandomNumberGenerator.GetBytes(8);
        var result = await link.EvaluateAsync(RedisScript.Probe, withText: true, [_prefix], [long.MaxValue / 1024, operation], ServerClock.Now + 30_000, default);

        Assert.True(RedisReply.Of(result, operation).IsYes);
        Assert.Throws<InvalidCastException>(() => RedisReply.Of(result, RandomNumberGenerator.GetBytes(8)));
    }

    [Fact]
    public async Task RecordOfAnotherVersion_IsNoSessionForAnyVerb()
    {
        var session = await _node.Sessions.StoredAsync();
        await redis.Server.CommandAsync("SETRANGE", KeysOf(session)[0].ToString()!, "0", "\u0007");

        Assert.Null(await _node.Sessions.FindAsync(session.Id, default));
        Assert.Null(await _node.Sessions.TrySpendAttemptAsync(session.Id, 1, default));
        Assert.Null(await _node.Sessions.RejectAsync(session.Id, 1, new byte[32], default));
        Assert.False(await _node.Sessions.RefundAsync(session.Id, 1, default));
        Assert.Null(await _node.Sessions.TryUpdateAsync(session.Id, 1, null, session.ExpiresAt, default));
        Assert.False(await _node.Sessions.TryConsumeAsync(session.Id, 1, null, default));
        Assert.False(await _node.Sessions.RemoveAsync(session.Id, default));

        await redis.Server.CommandAsync("SET", KeysOf(session)[0].ToString()!, "short");
        Assert.Null(await _node.Sessions.FindAsync(session.Id, default));
    }

    [Fact]
    public async Task IndexOfManyExpiredSessions_IsSweptByNewcomers()
    {
        for (var i = 0; i < 300; i++)
        {
            // All under one place, each of a user of its own who never comes back, and at their end at once.
            var session = Sessions.New("x") with { Subject = new MfaSubject("", $"user{i}"), ExpiresAt = TimeProvider.System.GetUtcNow() };
            Assert.IsType<CreateResult.Created>(await _node.Sessions.CreateAsync(session, Sessions.Limits, default));
        }

        var size = int.Parse((await redis.Server.CommandAsync("ZCARD", KeysOf(Sessions.New("x"))[1].ToString()!)).Trim(':', '\r', '\n'), CultureInfo.InvariantCulture);
        // One newcomer in eight, by chance, sweeps up to 24: that 96 in a row don't happens once in 300,000 runs.
        Assert.InRange(size, 0, 120);
    }

    [Fact]
    public async Task SessionThatWasPushedOut_LeavesTheServersMemory()
    {
        var first = await _node.Sessions.StoredAsync();
        for (var i = 0; i < Sessions.Limits.PerSubject; i++) await _node.Sessions.StoredAsync();

        var began = TimeProvider.System.GetTimestamp();
        while ((await redis.Server.CommandAsync("EXISTS", KeysOf(first)[0].ToString()!)).StartsWith(":1", StringComparison.Ordinal))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30));
        }
    }

    private Task<PendingSession> BeforeAsync(string verb) => verb switch
    {
        "create" => Task.FromResult(Sessions.New()),
        "exhaust" => LastAttemptAsync(),
        "spend" or "update" or "remove" => _node.Sessions.StoredAsync(),
        _ => _node.Sessions.AnsweringAsync(),
    };

    private async Task<PendingSession> LastAttemptAsync()
    {
        var session = Sessions.New() with { AttemptsRemaining = 1 };
        await _node.Sessions.CreateAsync(session, Sessions.Limits, default);
        return (await _node.Sessions.TrySpendAttemptAsync(session.Id, 1, default))!;
    }

    private async Task<RedisReply> RunAsync(string verb, PendingSession session, byte[] operation, long lastMoment)
    {
        var id = new byte[16];
        SessionKeys.TryParse(session.Id, id);
        var entry = IndexEntry.Of(session, id);
        var (one, two) = (Bytes(1), Bytes(2));
        var ends = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(ends, Micros.Of(session.ExpiresAt));
        (RedisScript Script, RedisValue[] Own) call = verb switch
        {
            "create" => (SessionScripts.Create, RedisPendingSessionStore.ToCreate(session, entry, Sessions.Limits, TimeProvider.System.GetUtcNow(), 0)[1..]),
            "spend" => (SessionScripts.Spend, [one]),
            "reject" or "exhaust" => (SessionScripts.Reject, [one, two, new byte[32]]),
            "refund" => (SessionScripts.Refund, [one]),
            "update" => (SessionScripts.Update, [one, two, Bytes(session.ExpiresAt.UtcTicks), ends, new byte[] { 1 }, new byte[] { 7 }]),
            "consume" => (SessionScripts.Consume, [one, two, 0, ""]),
            "complete" => (SessionScripts.Consume, [one, two, 1, "/home"]),
            _ => (SessionScripts.Remove, []),
        };
        var link = await _node.Services.GetRequiredService<RedisConnection>().LinkAsync();
        RedisValue[] arguments = [lastMoment, operation, Micros.Of(TimeProvider.System.GetUtcNow()), .. call.Own];
        var result = await link.EvaluateAsync(call.Script, withText: true, KeysOf(session), arguments, ServerClock.Now + 30_000, default);
        return RedisReply.Of(result, operation);
    }

    private RedisKey[] KeysOf(PendingSession session) => SessionKeys.Of(_prefix, session.Id)!;

    private async Task<long> ServerTimeAsync() => (await _node.Services.GetRequiredService<RedisCaller>().RunAsync(RedisScript.Probe, [_prefix], [], default)).ServerTime;

    private static byte[] Bytes(long number) => BitConverter.GetBytes(number);
}
