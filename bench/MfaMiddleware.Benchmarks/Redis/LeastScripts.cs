using System.Security.Cryptography;
using StackExchange.Redis;

namespace MfaMiddleware.Benchmarks.Redis;

/// <summary>
/// The least that a store can do whose transitions are scripts: each asks the server's time once and compares it, keeps the record and the subject's index, and checks
/// nothing else. What a flow takes more is the store's; what these take more than <see cref="BareRedis"/> is the scripts'.
/// </summary>
internal sealed class LeastScripts(IDatabase database)
{
    private const string Start = "local t = redis.call('TIME') if t[1] * 1000 + t[2] / 1000 > tonumber(ARGV[1]) then return false end\n";

    private static readonly string Create = Start + """
        redis.call('ZRANGEBYSCORE', KEYS[2], 1, 2)
        redis.call('SET', KEYS[1], ARGV[2], 'PX', 360000, 'NX')
        redis.call('ZADD', KEYS[2], 1, ARGV[3])
        redis.call('PEXPIRE', KEYS[2], 3660000)
        return 1
        """;

    private static readonly string Spend = Start + """
        local r = redis.call('GET', KEYS[1])
        redis.call('SETRANGE', KEYS[1], 0, ARGV[2])
        redis.call('ZADD', KEYS[2], 'XX', 'CH', 2, ARGV[3])
        return r
        """;

    private static readonly string Consume = Start + """
        redis.call('GETRANGE', KEYS[1], 0, 129)
        redis.call('ZREM', KEYS[2], ARGV[2])
        redis.call('SET', KEYS[1], '', 'PX', 10000)
        return 1
        """;

    private static readonly byte[][] Hashes = [Hash(Create), Hash(Spend), Hash(Consume)];

    public async Task LoadAsync()
    {
        foreach (var text in new[] { Create, Spend, Consume }) await database.ExecuteAsync("SCRIPT", "LOAD", text);
    }

    public async Task FlowAsync(RedisKey[] keys, byte[] value)
    {
        RedisValue last = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        var member = RandomNumberGenerator.GetBytes(40);
        var created = await database.ScriptEvaluateAsync(Hashes[0], keys, [last, value, member]);
        var spent = (byte[]?)await database.ScriptEvaluateAsync(Hashes[1], keys, [last, member[..24], member]);
        var consumed = await database.ScriptEvaluateAsync(Hashes[2], keys, [last, member]);
        if (created.IsNull || consumed.IsNull || spent?.Length != value.Length) throw new InvalidOperationException("Redis didn't keep it.");
    }

#pragma warning disable CA5350 // Redis names scripts by their SHA-1; nothing is protected by it.
    private static byte[] Hash(string text) => SHA1.HashData(System.Text.Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
}
