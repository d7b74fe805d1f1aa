namespace FastOrm.Cache.Redis;

/// <summary>
/// What is done in Redis at one instant. Redis 5 or newer carries out writes after <c>INFO</c>, because it replicates what a script does
/// and not the script.
/// </summary>
/// <remarks>
/// The hash of stamps has four fields of one byte: <c>p</c>, of which only the length counts; <c>e</c>, the era, 8 bytes; <c>r</c>, the <c>run_id</c> of the server on which it began;
/// <c>n</c>, the counter, in decimal digits, of which a number of Lua would lose some; the first is no zero, since with such Redis does not
/// count. A stamp has a field of four bytes, its number, and a value of 8. Random values come from the client: those of Lua are the same in
/// every script.
/// </remarks>
internal static class RedisScripts
{
    public const string Lacks = "FASTORM its INFO has no run_id";

    /// <summary>KEYS: the stamps. ARGV: era and counter to begin with, numbers to read, a value for those that are spoilt.</summary>
    public const string Read = Begin + ReadThem;

    /// <summary>
    /// The same, after a change. More ARGV: the numbers that change, their new value, the channel, the source of the message, its keys, the
    /// claims that are relied on.
    /// </summary>
    public const string Change = Begin + """
        redis.call('HINCRBY', KEYS[1], 'n', 1)
        number = redis.call('HGET', KEYS[1], 'n')
        local changed = ARGV[5]
        for at = 1, #ARGV[10], 16 do
          local has = redis.call('HGET', KEYS[1], string.sub(ARGV[10], at, at + 3))
          if has and has ~= string.sub(ARGV[10], at + 4, at + 11) then
            changed = changed .. string.sub(ARGV[10], at + 12, at + 15)
          end
        end
        for from = 1, #changed, 4000 do
          local pairs = {}
          for at = from, math.min(from + 3999, #changed), 4 do
            pairs[#pairs + 1] = string.sub(changed, at, at + 3)
            pairs[#pairs + 1] = ARGV[6]
          end
          redis.call('HSET', KEYS[1], unpack(pairs))
        end
        redis.call('PUBLISH', ARGV[7], '\1' .. era .. string.char(#number) .. number .. ARGV[8] .. struct.pack('<i4', #changed / 4) .. changed .. ARGV[9])

        """ + ReadThem;

    /// <summary>KEYS: the stamps. ARGV: era and counter to begin with, no numbers to read, a value for none, the claims, the value of disputed ones.</summary>
    public const string Claim = Begin + """
        for at = 1, #ARGV[5], 16 do
          local name, value = string.sub(ARGV[5], at, at + 3), string.sub(ARGV[5], at + 4, at + 11)
          local has = redis.call('HGET', KEYS[1], name)
          if has ~= value then
            redis.call('HSET', KEYS[1], name, has and ARGV[6] or value)
          end
        end

        """ + ReadThem;

    /// <summary>KEYS: the lease. ARGV: its holder.</summary>
    public const string Release = "return redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('DEL', KEYS[1]) or 0";

    /// <summary>KEYS: the entry. ARGV: how long it lives from now on, in milliseconds. The rest of what is absent, or never ends, is negative.</summary>
    public const string Prolong = """
        local rest = redis.call('PTTL', KEYS[1])
        return rest >= 0 and rest < tonumber(ARGV[1]) and redis.call('PEXPIRE', KEYS[1], ARGV[1]) or 0
        """;

    // A field of more than 64 bytes keeps a small hash from being a list, in which Redis would look for each stamp from the beginning.
    //
    // A new era, if there is none, if it began on another server process, or if its fields are none of ours. A server whose memory is full
    // refuses only what a script writes first, so that is nothing it would not refuse.
    private const string Begin = $$"""
        local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
        if not run then
          return redis.error_reply('{{Lacks}}')
        end
        local begun = redis.call('HMGET', KEYS[1], 'e', 'n', 'r')
        local era, number = begun[1], begun[2]
        if begun[3] ~= run or not era or #era ~= 8 or era == '\0\0\0\0\0\0\0\0'
            or not number or #number > 18 or not string.find(number, '^[1-9]%d*$') then
          era, number = ARGV[1], ARGV[2]
          redis.call('HSET', KEYS[1], 'r', run)
          redis.call('DEL', KEYS[1])
          redis.call('HSET', KEYS[1], 'e', era, 'n', number, 'r', run, 'p', string.rep('p', 65))
        end

        """;

    // Few at a time: what Lua can hand to a command is limited.
    private const string ReadThem = """
        local values = {}
        for from = 1, #ARGV[3], 4000 do
          local names = {}
          for at = from, math.min(from + 3999, #ARGV[3]), 4 do
            names[#names + 1] = string.sub(ARGV[3], at, at + 3)
          end
          local found = redis.call('HMGET', KEYS[1], unpack(names))
          for i = 1, #names do
            local value = found[i] or '\0\0\0\0\0\0\0\0'
            if found[i] and (#value ~= 8 or value == '\0\0\0\0\0\0\0\0') then
              value = ARGV[4]
              redis.call('HSET', KEYS[1], names[i], value)
            end
            values[#values + 1] = value
          end
        end
        return { era, number, run, table.concat(values) }
        """;
}
