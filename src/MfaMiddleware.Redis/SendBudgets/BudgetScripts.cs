using MfaMiddleware.Redis.Connection;

namespace MfaMiddleware.Redis.SendBudgets;

/// <summary>
/// One budget: a sorted set of the operations that were charged, by the host's time. KEYS: the budget. ARGV: last moment, operation, the host's time, window
/// (microseconds both), limit, time to live.
/// </summary>
internal static class BudgetScripts
{
    private const string Load = """
        local now, window, limit = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - window))
        if redis.call('ZSCORE', KEYS[1], op) then return {1, ms, op} end
        local count = redis.call('ZCARD', KEYS[1])
        if count >= limit then
          if limit < 1 then return {0, ms, op, ARGV[4]} end
          local first = redis.call('ZRANGE', KEYS[1], count - limit, count - limit, 'WITHSCORES')[2]
          return {0, ms, op, string.format('%.0f', first + window - now)}
        end

        """;

    public static readonly RedisScript Look = new(Load + "return {1, ms, op}");

    public static readonly RedisScript Charge = new(Load + """
        redis.call('ZADD', KEYS[1], ARGV[3], op)
        redis.call('PEXPIRE', KEYS[1], ARGV[6])
        return {1, ms, op}
        """);

    /// <summary>3 the operation that was charged.</summary>
    public static readonly RedisScript GiveBack = new("""
        redis.call('ZREM', KEYS[1], ARGV[3])
        return {1, ms, op}
        """);
}
