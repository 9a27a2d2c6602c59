using System.Security.Cryptography;
using System.Text;

namespace MfaMiddleware.Redis.Connection;

/// <summary>
/// A Lua script. The first two arguments of each are the last moment at which it may do anything, in the server's time, and the id of the operation; its
/// answer is a status, the server's time, that id again, and what else it has to say.
/// </summary>
/// <param name="body">What comes after the check of the time; <c>ms</c> is the server's time, <c>op</c> the id.</param>
/// <param name="isRepeatable">Whether a second run of the same operation changes nothing and gives the same answer.</param>
internal sealed class RedisScript(string body, bool isRepeatable = true)
{
    public const int Late = -1;

    private const string Start = """
        local t = redis.call('TIME')
        local ms = t[1] * 1000 + math.floor(t[2] / 1000)
        local op = ARGV[2]
        if ms > tonumber(ARGV[1]) then return {-1, ms, op} end

        """;

    /// <summary>Writes what is gone a second later. KEYS: any.</summary>
    public static readonly RedisScript Probe = new("""
        redis.call('SET', KEYS[1], '', 'PX', 1000)
        return {1, ms, op}
        """);

    public string Text { get; } = Start + body;

    /// <summary>What the server knows the text by.</summary>
    public byte[] Hash => field ??= HashOf(Text);

    public bool IsRepeatable => isRepeatable;

#pragma warning disable CA5350 // Redis names scripts by their SHA-1; nothing is protected by it.
    private static byte[] HashOf(string text) => SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
}
