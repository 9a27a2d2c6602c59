using MfaMiddleware.Redis.Connection;

namespace MfaMiddleware.Redis.PendingSessions;

/// <summary>
/// The transitions of a session, one script and one round trip each. KEYS: the record, the index. ARGV: last moment, operation, the host's time in
/// microseconds, then the verb's own. A verb whose operation is the record's last one has run already: it gives the same answer and changes nothing.
/// </summary>
/// <remarks>
/// What a full server refuses comes first in each: a refused script has changed nothing. Whether a session is over is said by its own end and the host's
/// time; the server's time to live only sweeps, a minute later.
/// </remarks>
internal static class SessionScripts
{
    public const int InUse = 2;
    public const int TooMany = 3;
    public const int Full = 4;

    /// <summary>How long a removed session's answer can be repeated, and how long after its end a record is swept, in milliseconds.</summary>
    private const string Constants = """
        local GONE_FOR, SWEPT_AFTER = 10000, 60000

        """;

    private const string Load = Constants + """
        local now = tonumber(ARGV[3])
        local head = redis.call('GETRANGE', KEYS[1], 0, 131)
        local function at(from, to) return string.sub(head, from, to) end
        local state, version, entry, repeated, attempts, ends
        if #head == 132 and at(1, 1) == '\1' then
          state, version, entry, repeated = at(2, 2), at(9, 16), at(73, 122), at(17, 24) == op
          attempts, ends = struct.unpack('<I4', head, 5), struct.unpack('<d', head, 115)
          if ends <= now or (state ~= 'C' and state ~= 'G' and not redis.call('ZSCORE', KEYS[2], entry)) then state = nil end
        end
        local function no() return {0, ms, op} end
        local function yes() return {1, ms, op, redis.call('GET', KEYS[1])} end
        local function flagged(flag) return string.sub(entry, 1, 9) .. flag .. string.sub(entry, 11) end
        local function move(to)
          if to == entry then return end
          redis.call('ZADD', KEYS[2], 0, to)
          redis.call('ZREM', KEYS[2], entry)
        end
        local function headOf(state, attempts, version, hash, entry)
          return at(1, 1) .. state .. at(3, 4) .. struct.pack('<I4', attempts) .. version .. op .. at(25, 40) .. hash .. entry
        end
        local function write(...) redis.call('SETRANGE', KEYS[1], 0, headOf(...)) end
        local function left() return string.format('%.0f', math.ceil((ends - now) / 1000) + SWEPT_AFTER) end
        local function bury()
          redis.call('SET', KEYS[1], headOf('G', 0, version, at(41, 72), entry) .. at(123, 132), 'PX', GONE_FOR)
          redis.call('ZREM', KEYS[2], entry)
        end
        if state and repeated then return yes() end

        """;

    /// <summary>4 record, 5 index entry, 6 time to live, 7 the subject's limit, 8 protected for, 9 whether the store is full, 10 whether it is if one leaves.</summary>
    public static readonly RedisScript Create = new("""
        local old = redis.call('GETRANGE', KEYS[1], 0, 131)
        if #old > 0 then
          if string.sub(old, 17, 24) == op then return {1, ms, op} end
          return {2, ms, op}
        end
        local now, most, protected = tonumber(ARGV[3]), tonumber(ARGV[7]), tonumber(ARGV[8])
        local prefix, network = string.sub(ARGV[5], 1, 9), string.sub(ARGV[5], 11, 18)
        local count, room, leaves, best, oldest = 0, nil, nil, nil, nil
        for _, other in ipairs(redis.call('ZRANGEBYLEX', KEYS[2], '[' .. prefix, '[' .. prefix .. string.rep('\255', 42))) do
          local made, ends = struct.unpack('<d', other, 19), struct.unpack('<d', other, 43)
          if ends <= now then
            redis.call('ZREM', KEYS[2], other)
          else
            count = count + 1
            local open = made + protected
            local home = string.sub(other, 11, 18) == network
            room = math.min(room or ends, open, ends)
            if home or open <= now then
              local rank = string.byte(other, 10) * 2 + (home and 0 or 1)
              if not leaves or rank < best or (rank == best and made < oldest) then leaves, best, oldest = other, rank, made end
            end
          end
        end
        if count < most then leaves = nil
        elseif not leaves then return {3, ms, op, string.format('%.0f', room - now)} end
        if (leaves and ARGV[10] or ARGV[9]) == '1' then return {4, ms, op} end
        redis.call('SET', KEYS[1], string.sub(ARGV[4], 1, 16) .. op .. string.sub(ARGV[4], 25), 'PX', ARGV[6])
        redis.call('ZADD', KEYS[2], 0, ARGV[5])
        if leaves then redis.call('ZREM', KEYS[2], leaves) end
        local from = struct.unpack('<I4', op) % redis.call('ZCARD', KEYS[2])
        for _, other in ipairs(redis.call('ZRANGE', KEYS[2], from, from + 2)) do
          if struct.unpack('<d', other, 43) <= now then redis.call('ZREM', KEYS[2], other) end
        end
        if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[6]) then redis.call('PEXPIRE', KEYS[2], ARGV[6]) end
        return {1, ms, op, leaves or ''}
        """);

    public static readonly RedisScript Find = new(Load + """
        if not state or state == 'G' then return no() end
        return yes()
        """);

    /// <summary>4 version.</summary>
    public static readonly RedisScript Spend = new(Load + """
        if state ~= 'R' or version ~= ARGV[4] or attempts < 1 then return no() end
        local flag = flagged('\1')
        move(flag)
        write('A', attempts - 1, version, at(41, 72), flag)
        return yes()
        """);

    /// <summary>4 version, 5 the next version, 6 secret hash.</summary>
    public static readonly RedisScript Reject = new(Load + """
        if state ~= 'A' or version ~= ARGV[4] then return no() end
        if attempts == 0 then
          write('G', 0, ARGV[5], ARGV[6], entry)
          redis.call('ZREM', KEYS[2], entry)
          redis.call('PEXPIRE', KEYS[1], GONE_FOR)
        else
          local flag = flagged('\0')
          move(flag)
          write('R', attempts, ARGV[5], ARGV[6], flag)
        end
        return yes()
        """);

    /// <summary>
    /// 4 version. The version stays the same, so that a run after another answer's spend would give that one's attempt back: it is not repeated once its
    /// outcome is unknown.
    /// </summary>
    public static readonly RedisScript Refund = new(
        Load + """
        if state ~= 'A' or version ~= ARGV[4] then return no() end
        local flag = flagged('\0')
        move(flag)
        write('R', attempts + 1, version, at(41, 72), flag)
        return {1, ms, op}
        """,
        isRepeatable: false);

    /// <summary>4 version, 5 the next version, 6 end in ticks, 7 end in microseconds, 8 whether there is a state, 9 the state.</summary>
    public static readonly RedisScript Update = new(Load + """
        if state ~= 'R' or version ~= ARGV[4] then return no() end
        local ticks, moved = at(33, 40), entry
        if struct.unpack('<d', ARGV[7]) < ends then
          ticks, ends = ARGV[6], struct.unpack('<d', ARGV[7])
          moved = string.sub(entry, 1, 42) .. ARGV[7]
        end
        local realm, subject, network, payload = struct.unpack('<I2I2I2I4', head, 123)
        local body = redis.call('GETRANGE', KEYS[1], 122, 131 + realm + subject + network + payload)
        move(moved)
        local fresh = headOf('R', attempts, ARGV[5], at(41, 72), moved)
        fresh = string.sub(fresh, 1, 3) .. ARGV[8] .. string.sub(fresh, 5, 32) .. ticks .. string.sub(fresh, 41)
        redis.call('SET', KEYS[1], fresh .. body .. ARGV[9], 'PX', left())
        return yes()
        """);

    /// <summary>4 version, 5 the next version, 6 whether there is a URL, 7 the URL.</summary>
    public static readonly RedisScript Consume = new(Load + """
        if state ~= 'A' or version ~= ARGV[4] then return no() end
        if ARGV[6] == '0' then
          bury()
          return yes()
        end
        local realm, subject, network = struct.unpack('<I2I2I2', head, 123)
        local owner = redis.call('GETRANGE', KEYS[1], 132, 131 + realm + subject + network)
        local fresh = headOf('C', attempts, ARGV[5], at(41, 72), entry)
        fresh = string.sub(fresh, 1, 3) .. '\2' .. string.sub(fresh, 5) .. at(123, 128) .. struct.pack('<I4', 0)
        redis.call('SET', KEYS[1], fresh .. owner .. ARGV[7], 'PX', left())
        redis.call('ZREM', KEYS[2], entry)
        return {1, ms, op}
        """);

    public static readonly RedisScript Remove = new(Load + """
        if not state or state == 'C' or state == 'G' then return no() end
        bury()
        return yes()
        """);

    /// <summary>Frees the memory of a session that was pushed out: its index entry, and with it its life, is gone already.</summary>
    public static readonly RedisScript Sweep = new("""
        redis.call('DEL', KEYS[1])
        return {1, ms, op}
        """);
}
