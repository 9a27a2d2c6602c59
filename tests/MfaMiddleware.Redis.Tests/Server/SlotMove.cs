namespace MfaMiddleware.Redis.Tests.Server;

/// <summary>Moves a hash slot from one master of a Cluster to another, step by step, as <c>redis-cli --cluster reshard</c> does.</summary>
internal sealed class SlotMove
{
    private readonly SharedCluster _cluster;
    private readonly RedisServer _from;
    private readonly RedisServer _to;
    private readonly string _slot;

    private SlotMove(SharedCluster cluster, RedisServer from, RedisServer to, string slot) => (_cluster, _from, _to, _slot) = (cluster, from, to, slot);

    /// <summary>From now on the old master sends whoever asks for a key that it no longer has to the new one.</summary>
    public static async Task<SlotMove> BeginAsync(SharedCluster cluster, RedisServer from, RedisServer to, string key)
    {
        var move = new SlotMove(cluster, from, to, (await from.CommandAsync("CLUSTER", "KEYSLOT", key)).Trim(':', '\r', '\n'));
        await OkAsync(to, "CLUSTER", "SETSLOT", move._slot, "IMPORTING", await SharedCluster.IdAsync(from));
        await OkAsync(from, "CLUSTER", "SETSLOT", move._slot, "MIGRATING", await SharedCluster.IdAsync(to));
        return move;
    }

    public async Task MoveAsync(string key) => await _from.CommandAsync("MIGRATE", "127.0.0.1", $"{_to.Port}", key, "0", "5000");

    /// <summary>Moves what keys there are; new ones are made on the new master.</summary>
    public async Task MoveAllAsync()
    {
        while (Keys(await _from.CommandAsync("CLUSTER", "GETKEYSINSLOT", _slot, "100")) is { Count: > 0 } keys)
        {
            foreach (var key in keys) await MoveAsync(key);
        }
    }

    /// <summary>Tells everybody whose the slot is.</summary>
    public async Task EndAsync()
    {
        var id = await SharedCluster.IdAsync(_to);
        foreach (var server in (await _cluster.PairsAsync()).Select(p => p.Master).OrderBy(m => m != _to)) await OkAsync(server, "CLUSTER", "SETSLOT", _slot, "NODE", id);
    }

    /// <summary>The keys in an answer of the server.</summary>
    public static List<string> Keys(string answer) => [.. answer.Split("\r\n").Where(l => l.StartsWith("mfa:", StringComparison.Ordinal))];

    private static async Task OkAsync(RedisServer server, params string[] words)
    {
        var answer = await server.CommandAsync(words);
        if (!answer.StartsWith("+OK", StringComparison.Ordinal)) throw new InvalidOperationException(answer);
    }
}
