using MfaMiddleware.Redis.Connection;
using StackExchange.Redis;

namespace MfaMiddleware.Benchmarks.Redis;

/// <summary>
/// The cheapest that any store on Redis could do in three round trips: SET with an end, GET and DEL of a value of the same length under a key of the same length,
/// over a connection of its own of the same client, and without what the store's calls are wrapped in (limits of time, repeats).
/// </summary>
internal sealed class BareRedis : IDisposable
{
    private static readonly TimeSpan End = TimeSpan.FromMinutes(6);

    private readonly ConnectionMultiplexer _multiplexer;

    private BareRedis(ConnectionMultiplexer multiplexer) => (_multiplexer, Database) = (multiplexer, multiplexer.GetDatabase());

    public IDatabase Database { get; }

    public static async Task<BareRedis> ConnectAsync(string address)
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(address);
        ClientSwitches.AnswerInParallel(multiplexer);
        return new BareRedis(multiplexer);
    }

    public async Task FlowAsync(string key, byte[] value)
    {
        await Database.StringSetAsync(key, value, End);
        byte[]? read = await Database.StringGetAsync(key);
        var isGone = await Database.KeyDeleteAsync(key);
        if (read?.Length != value.Length || !isGone) throw new InvalidOperationException("Redis didn't keep it.");
    }

    public void Dispose() => _multiplexer.Dispose();
}
