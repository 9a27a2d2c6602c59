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
    private readonly IDatabase _database;

    private BareRedis(ConnectionMultiplexer multiplexer) => (_multiplexer, _database) = (multiplexer, multiplexer.GetDatabase());

    public static async Task<BareRedis> ConnectAsync(string address)
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(address);
        // As the store's own connection: see RedisConnector.
        if (typeof(ConnectionMultiplexer).Assembly.GetName().Version?.Major < 2) typeof(ConnectionMultiplexer).GetProperty("PreserveAsyncOrder")?.SetValue(multiplexer, false);
        return new BareRedis(multiplexer);
    }

    public async Task FlowAsync(string key, byte[] value)
    {
        await _database.StringSetAsync(key, value, End);
        byte[]? read = await _database.StringGetAsync(key);
        var isGone = await _database.KeyDeleteAsync(key);
        if (read?.Length != value.Length || !isGone) throw new InvalidOperationException("Redis didn't keep it.");
    }

    public void Dispose() => _multiplexer.Dispose();
}
