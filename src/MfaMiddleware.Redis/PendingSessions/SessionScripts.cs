using MfaMiddleware.Redis.Connection;

namespace MfaMiddleware.Redis.PendingSessions;

/// <summary>
/// The transitions of a session, one script and one round trip each. KEYS: the record, the index. ARGV: last moment, operation, the host's time in
/// microseconds, then the verb's own. A verb whose operation is the record's last one has run already: it gives the same answer and changes nothing.
/// </summary>
/// <remarks>
/// A script that a full server refuses has changed nothing: either its first write is what a full server refuses, or it is one that frees memory, and what follows
/// a script's first write is not refused. Whether a session is over is said by its own end and the host's time; the server's time to live only sweeps, a minute later.
/// Each command that a script calls costs as much as the rest of the script, so the write of the index is also the question whether the session is still in it.
/// </remarks>
internal static class SessionScripts
{
    public const int InUse = 2;
    public const int TooMany = 3;
    public const int Full = 4;

    /// <summary>Reads the record, or its head alone, by its places: see <see cref="SessionRecord"/>.</summary>
    private const string Parse = """
        local sub, unpack, pack = string.sub, struct.unpack, struct.pack
        local state, version, attempts, ends, member, score
        local now = tonumber(ARGV[3])
        if r and #r >= 130 and sub(r, 1, 1) == '\2' then
          state, attempts, version, member = sub(r, 2, 2), unpack('<I4', r, 5), sub(r, 9, 16), sub(r, 81, 120)
          score, ends = unpack('<d', r, 73), unpack('<d', r, 113)
          if ends <= now then state = nil end
        end
        if state and sub(r, 17, 24) == op and (state == 'C' or state == 'G' or redis.call('ZSCORE', KEYS[2], member)) then return {1, ms, op, r} end

        """;

    private const string LoadWhole = "local r = redis.call('GET', KEYS[1])\n" + Parse;
    private const string LoadHead = "local r = redis.call('GETRANGE', KEYS[1], 0, 129)\n" + Parse;

    /// <summary>Removes a session; its head stays for a while, so that the answer can be repeated.</summary>
    private const string Bury = """
        if redis.call('ZREM', KEYS[2], member) == 0 then return {0, ms, op} end
        local grave = '\2G' .. sub(r, 3, 16) .. op .. sub(r, 25, 130)
        redis.call('SET', KEYS[1], grave, 'PX', 10000)
        return {1, ms, op, grave}
        """;

    /// <summary>
    /// 4 and 5 the record up to and after the place of the operation, 6 score and 7 member of the index entry, 8 time to live, 9 that of the index, 10 the subject's limit,
    /// 11 protected for, 12 whether the store is full, 13 whether it is if one leaves.
    /// </summary>
    public static readonly RedisScript Create = new("""
        local unpack, sub = struct.unpack, string.sub
        local function no(...)
          if sub(redis.call('GETRANGE', KEYS[1], 0, 23), 17) == op then return {1, ms, op} end
          return {...}
        end
        local now, leaves, over = tonumber(ARGV[3]), nil, nil
        local others = redis.call('ZRANGEBYSCORE', KEYS[2], ARGV[6], ARGV[6] + 1, 'WITHSCORES')
        if #others > 0 then
          local protected, network, count, room, best, oldest = tonumber(ARGV[11]), sub(ARGV[7], 1, 8), 0, nil, nil, nil
          over = {}
          for i = 1, #others, 2 do
            local other = others[i]
            local made, ends = unpack('<d', other, 9), unpack('<d', other, 33)
            if ends <= now then
              over[#over + 1] = other
            else
              count = count + 1
              local open = made + protected
              local home = sub(other, 1, 8) == network
              room = math.min(room or ends, open, ends)
              if home or open <= now then
                local rank = (others[i + 1] - ARGV[6]) * 2 + (home and 0 or 1)
                if not leaves or rank < best or (rank == best and made < oldest) then leaves, best, oldest = other, rank, made end
              end
            end
          end
          if count < tonumber(ARGV[10]) then leaves = nil
          elseif not leaves then return no(3, ms, op, string.format('%.0f', room - now)) end
        end
        if (leaves and ARGV[13] or ARGV[12]) == '1' then return no(4, ms, op) end
        if not redis.call('SET', KEYS[1], ARGV[4] .. op .. ARGV[5], 'PX', ARGV[8], 'NX') then return no(2, ms, op) end
        redis.call('ZADD', KEYS[2], ARGV[6], ARGV[7])
        redis.call('PEXPIRE', KEYS[2], ARGV[9])
        if leaves then redis.call('ZREM', KEYS[2], leaves) end
        if over and #over > 0 then redis.call('ZREM', KEYS[2], (table.unpack or _G.unpack)(over)) end
        local chance = unpack('<I4', op)
        if chance % 8 == 0 then
          local from = math.floor(chance / 8) % redis.call('ZCARD', KEYS[2])
          for _, other in ipairs(redis.call('ZRANGE', KEYS[2], from, from + 23)) do
            if unpack('<d', other, 33) <= now then redis.call('ZREM', KEYS[2], other) end
          end
        end
        return {1, ms, op, leaves or ''}
        """);

    public static readonly RedisScript Find = new(LoadWhole + """
        if not state or state == 'G' or (state ~= 'C' and not redis.call('ZSCORE', KEYS[2], member)) then return {0, ms, op} end
        return {1, ms, op, r}
        """);

    /// <summary>4 version.</summary>
    public static readonly RedisScript Spend = new(LoadWhole + """
        if state ~= 'R' or version ~= ARGV[4] or attempts < 1 then return {0, ms, op} end
        if redis.call('ZADD', KEYS[2], 'XX', 'CH', score + 1, member) == 0 then return {0, ms, op} end
        local fresh = '\2A' .. sub(r, 3, 4) .. pack('<I4', attempts - 1) .. version .. op
        redis.call('SETRANGE', KEYS[1], 0, fresh)
        return {1, ms, op, fresh .. sub(r, 25)}
        """);

    /// <summary>4 version, 5 the next version, 6 secret hash.</summary>
    public static readonly RedisScript Reject = new(LoadWhole + """
        if state ~= 'A' or version ~= ARGV[4] then return {0, ms, op} end
        local fresh = '\2' .. (attempts == 0 and 'G' or 'R') .. sub(r, 3, 8) .. ARGV[5] .. op .. sub(r, 25, 40) .. ARGV[6]
        if attempts == 0 then
          if redis.call('ZREM', KEYS[2], member) == 0 then return {0, ms, op} end
          redis.call('PEXPIRE', KEYS[1], 10000)
        elseif redis.call('ZADD', KEYS[2], 'XX', 'CH', score, member) == 0 then return {0, ms, op} end
        redis.call('SETRANGE', KEYS[1], 0, fresh)
        return {1, ms, op, fresh .. sub(r, 73)}
        """);

    /// <summary>
    /// 4 version. The version stays the same, so that a run after another answer's spend would give that one's attempt back: it is not repeated once its
    /// outcome is unknown.
    /// </summary>
    public static readonly RedisScript Refund = new(
        LoadHead + """
        if state ~= 'A' or version ~= ARGV[4] then return {0, ms, op} end
        if redis.call('ZADD', KEYS[2], 'XX', 'CH', score, member) == 0 then return {0, ms, op} end
        redis.call('SETRANGE', KEYS[1], 0, '\2R' .. sub(r, 3, 4) .. pack('<I4', attempts + 1) .. version .. op)
        return {1, ms, op}
        """,
        isRepeatable: false);

    /// <summary>4 version, 5 the next version, 6 end in ticks, 7 end in microseconds, 8 whether there is a state, 9 the state.</summary>
    public static readonly RedisScript Update = new(LoadWhole + """
        if state ~= 'R' or version ~= ARGV[4] or not redis.call('ZSCORE', KEYS[2], member) then return {0, ms, op} end
        local ticks, moved = sub(r, 33, 40), member
        if unpack('<d', ARGV[7]) < ends then
          ticks, ends = ARGV[6], unpack('<d', ARGV[7])
          moved = sub(member, 1, 32) .. ARGV[7]
        end
        local realm, subject, network, payload = unpack('<I2I2I2I4', r, 121)
        local fresh = '\2R' .. sub(r, 3, 3) .. ARGV[8] .. sub(r, 5, 8) .. ARGV[5] .. op .. sub(r, 25, 32) .. ticks .. sub(r, 41, 80) .. moved
          .. sub(r, 121, 130 + realm + subject + network + payload) .. ARGV[9]
        redis.call('SET', KEYS[1], fresh, 'PX', string.format('%.0f', math.ceil((ends - now) / 1000) + 60000))
        if moved ~= member then
          redis.call('ZADD', KEYS[2], score, moved)
          redis.call('ZREM', KEYS[2], member)
        end
        return {1, ms, op, fresh}
        """);

    /// <summary>4 version, 5 the next version, 6 whether there is a URL, 7 the URL.</summary>
    public static readonly RedisScript Consume = new(LoadHead + """
        if state ~= 'A' or version ~= ARGV[4] then return {0, ms, op} end
        if ARGV[6] == '1' then
          if redis.call('ZREM', KEYS[2], member) == 0 then return {0, ms, op} end
          local realm, subject, network = unpack('<I2I2I2', r, 121)
          local owner = redis.call('GETRANGE', KEYS[1], 130, 129 + realm + subject + network)
          local fresh = '\2C' .. sub(r, 3, 3) .. '\2' .. sub(r, 5, 8) .. ARGV[5] .. op .. sub(r, 25, 126) .. pack('<I4', 0)
          redis.call('SET', KEYS[1], fresh .. owner .. ARGV[7], 'PX', string.format('%.0f', math.ceil((ends - now) / 1000) + 60000))
          return {1, ms, op}
        end

        """ + Bury);

    public static readonly RedisScript Remove = new(LoadHead + """
        if state ~= 'R' and state ~= 'A' then return {0, ms, op} end

        """ + Bury);

    /// <summary>Frees the memory of a session that was pushed out: its index entry, and with it its life, is gone already.</summary>
    public static readonly RedisScript Sweep = new("""
        redis.call('DEL', KEYS[1])
        return {1, ms, op}
        """);
}
