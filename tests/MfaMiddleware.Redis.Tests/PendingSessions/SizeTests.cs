using System.Diagnostics;
using System.Globalization;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Redis.Tests.Server;
using MfaMiddleware.TestKit.PendingSessions;
using Xunit;
using Xunit.Abstractions;

namespace MfaMiddleware.Redis.Tests.PendingSessions;

/// <summary>What a pending session takes of the server's memory.</summary>
public sealed class SizeTests(ITestOutputHelper output)
{
    private const int Count = 2048;
    // 1.6 KB, of 1,024 bytes each as the ticket's one is.
    private const int Bound = 1638;

    [Fact]
    public async Task PendingSession_WithATicketOf1KB_TakesAtMostSixTenthsMore()
    {
        await using var server = await RedisServer.StartAsync();
        await using var node = await RedisNode.StartAsync(server.Address);
        await StoreAsync(node, 0, 256);
        var before = await UsedAsync(server);

        var began = Stopwatch.StartNew();
        await StoreAsync(node, 256, Count);

        var each = (await UsedAsync(server) - before) / (double)Count;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{each:N0} bytes a session; {Count / began.Elapsed.TotalSeconds:N0} a second"));
        // Less than half of it would be a measurement of something else.
        Assert.InRange(each, Bound / 2, Bound);
    }

    private static async Task StoreAsync(RedisNode node, int from, int count) =>
        await Parallel.ForEachAsync(Enumerable.Range(from, count), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, token) =>
        {
            var session = Sessions.New($"user-{i:D6}@example.com") with { Payload = TicketPayload.New() };
            Assert.IsType<CreateResult.Created>(await node.Sessions.CreateAsync(session, Sessions.Limits, token));
        });

    private static async Task<long> UsedAsync(RedisServer server) => long.Parse(
        (await server.CommandAsync("INFO", "memory")).Split("used_memory:")[1].Split("\r\n")[0], CultureInfo.InvariantCulture);
}
