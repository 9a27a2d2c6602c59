using MfaMiddleware.TestKit.Faults;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Faults;

/// <summary>Redis comes back without what it was told last; the factors are in a file that both nodes share.</summary>
public sealed class ForgottenWritesTests
{
    [Fact]
    public async Task C15_ReplicaThatIsPromotedWithoutTheLastWrites_MakesNoCodeGoodAgain()
    {
        await using var primary = await RedisServer.StartAsync();
        await using var link = new FaultProxy(primary.Port);
        await using var replica = await RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{link.Port}", "--repl-diskless-sync-delay", "0");
        // The address that moves with the primary.
        await using var address = new FaultProxy(primary.Port);
        await using var nodes = await TwoNodes.StartAsync($"127.0.0.1:{address.Port}");
        var codes = await SpentCodes.PrepareAsync(nodes);
        await primary.UntilCopiedAsync(replica);

        link.Fault = ProxyFault.Cut;
        await codes.SpendAsync(nodes.ToLeft);
        await primary.KillAsync();
        nodes.IsHasty = true;
        await RedisHosts.AssertUnavailableAsync(nodes.ToRight, "totp");
        nodes.IsHasty = false;
        await replica.CommandAsync("REPLICAOF", "NO", "ONE");
        address.ServerPort = replica.Port;

        await RedisHosts.AssertIsAskedAsync(nodes.ToLeft, nodes.ToRight);
        await codes.AssertStaySpentAsync(nodes.ToRight);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task C10_LogWithoutItsLastSecond_MakesNoCodeGoodAgain(bool isSecondLost)
    {
        await using var server = await RedisServer.StartAsync("--appendonly", "yes", "--appendfsync", "everysec");
        await using var nodes = await TwoNodes.StartAsync(server.Address);
        var codes = await SpentCodes.PrepareAsync(nodes);
        var length = server.LogLength;

        await codes.SpendAsync(nodes.ToLeft);
        Assert.True(server.LogLength > length, "Nothing was written.");
        await server.KillAsync();
        // The system writes what a killed process has given it; it takes a machine that goes down to lose it.
        if (isSecondLost) server.CutLog(length);
        await server.RunAsync();

        await RedisHosts.AssertIsAskedAsync(nodes.ToLeft, nodes.ToRight);
        if (isSecondLost) await codes.AssertStaySpentAsync(nodes.ToRight);
        else await codes.AssertAreGoneAsync(nodes.ToRight);
    }

    [Fact]
    public async Task C11_ServerThatRestartsFromAnOlderSnapshot_MakesNoCodeGoodAgain()
    {
        await using var server = await RedisServer.StartAsync();
        await using var nodes = await TwoNodes.StartAsync(server.Address);
        var codes = await SpentCodes.PrepareAsync(nodes);
        Assert.StartsWith("+OK", await server.CommandAsync("SAVE"), StringComparison.Ordinal);

        await codes.SpendAsync(nodes.ToLeft);
        await server.KillAsync();
        await server.RunAsync();

        await RedisHosts.AssertIsAskedAsync(nodes.ToLeft, nodes.ToRight);
        await codes.AssertStaySpentAsync(nodes.ToRight);
    }

    [Fact]
    public async Task C11_SnapshotOfAnHourAgo_BringsNoTokenBack_ThoughItsRecordIsThere()
    {
        await using var server = await RedisServer.StartAsync();
        await using var nodes = await TwoNodes.StartAsync(server.Address);
        var device = await nodes.Left.EnrollTotpAsync("alice");
        var token = (await nodes.ToLeft.LoginAsync("alice")).Token;
        var records = await RecordsAsync(server);
        Assert.StartsWith("+OK", await server.CommandAsync("SAVE"), StringComparison.Ordinal);

        await server.KillAsync();
        nodes.Clock.Advance(TimeSpan.FromHours(1));
        await server.RunAsync();
        Assert.Equal(records, await RecordsAsync(server));

        await RedisHosts.AssertIsAskedAsync(nodes.ToLeft, nodes.ToRight);
        foreach (var client in new[] { nodes.ToLeft, nodes.ToRight })
        {
            var reply = await client.AnswerAsync(token, device.Code());
            Assert.Equal((401, "invalid_token"), (reply.Status, reply.Error));
            Assert.Empty(reply.SessionCookies);
        }

        // It cost nothing: the same code signs in.
        Assert.Equal(200, (await nodes.ToRight.AnswerAsync((await nodes.ToRight.LoginAsync("alice")).Token, device.Code())).Status);
    }

    // But for what asks whether the server works.
    private static async Task<IEnumerable<string>> RecordsAsync(RedisServer server) =>
        (await server.CommandAsync("KEYS", "mfa:*")).Split("\r\n").Where(l => l.StartsWith("mfa:", StringComparison.Ordinal) && !l.EndsWith(":p", StringComparison.Ordinal)).Order();
}
