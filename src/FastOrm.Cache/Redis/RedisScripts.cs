namespace FastOrm.Cache.Redis;

/// <summary>
/// What is done in Redis at one instant. Redis 5 or newer carries out writes after <c>INFO</c>, because it replicates what a script does
/// and not the script.
/// </summary>
/// <remarks>
/// The hash of stamps has four fields of one byte: <c>p</c>, of which only the length counts; <c>e</c>, the era, 8 bytes; <c>r</c>, the <c>run_id</c> of the server on which it began;
/// <c>n</c>, the counter, in decimal digits, of which a number of Lua would lose some; the first is no zero, since with such Redis does not
/// count. A stamp has a field of four bytes, its number, and a value of 8, with 8 more for each marker that stands on it. A marker has a
/// field of nine bytes, <c>m</c> and what it is known by: until when it stands, as a number of Lua in milliseconds, and the numbers of the
/// stamps; <c>m</c> alone names all that stand. Random values come from the client: those of Lua are the same in
/// every script.
/// </remarks>
internal static class RedisScripts
{
    public const string Lacks = "FASTORM its INFO has no run_id";

    /// <summary>KEYS: the stamps. ARGV: era and counter to begin with, numbers to read, a value for those that are spoilt.</summary>
    public const string Read = Begin + ReadThem;

    /// <summary>
    /// The same, after a change. More ARGV: the numbers that change, their new value, the channel, the source of the message, its keys, the
    /// claims that are relied on, the markers that end, a marker that begins or nothing, its life in milliseconds.
    /// </summary>
    public const string Change = Begin + """
        for at = 1, #ARGV[11], 8 do
          ended[#ended + 1] = string.sub(ARGV[11], at, at + 7)
        end

        """ + ChangeThem + ReadThem;

    /// <summary>
    /// The same ARGV: the markers that end are those whose time is over, or further away than any may live: they are spoilt, or the clock of
    /// the server has gone back. Without any, nothing is done.
    /// </summary>
    public const string Sweep = Begin + """
        local still, time = {}, now()
        for from = 1, #standing(), 32000 do
          local names = {}
          for at = from, math.min(from + 31999, #list), 8 do
            names[#names + 1] = 'm' .. string.sub(list, at, at + 7)
          end
          local markers = redis.call('HMGET', KEYS[1], unpack(names))
          for i = 1, #names do
            local rest = markers[i] and #markers[i] >= 8 and struct.unpack('<d', markers[i]) - time
            local kept = rest and rest > 0 and rest <= 3600000 and still or ended
            kept[#kept + 1] = string.sub(names[i], 2)
          end
        end
        if #ended == 0 then
          return false
        end
        list = table.concat(still)

        """ + ChangeThem + ReadThem;

    /// <summary>
    /// KEYS: the stamps. ARGV: a marker, its life in milliseconds. It makes room first for what it writes, so that a full server lets it.
    /// </summary>
    public const string Renew = Now + """
        local marker = redis.call('HGET', KEYS[1], 'm' .. ARGV[1])
        if not marker then
          return 0
        end
        redis.call('HDEL', KEYS[1], 'm' .. ARGV[1])
        return redis.call('HSET', KEYS[1], 'm' .. ARGV[1], struct.pack('<d', now() + ARGV[2]) .. string.sub(marker, 9))
        """;

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
    //
    // Thousands of markers may stand: so nobody reads their names who meets none, and they are not taken apart to find one.
    private const string Begin = Now + $$"""
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
        local ended, stored, list = {}
        local function standing()
          if not list then
            stored = redis.call('HGET', KEYS[1], 'm') or ''
            list = string.sub(stored, 1, #stored - #stored % 8)
          end
          return list
        end
        local function place(id)
          local at = 0
          repeat
            at = string.find(standing(), id, at + 1, true)
          until not at or at % 8 == 1
          return at
        end

        """;

    private const string Now = """
        local function now()
          local time = redis.call('TIME')
          return time[1] * 1000 + time[2] / 1000
        end

        """;

    // What a marker marks changes with its end. The markers of others stay, at the end of the values.
    private const string ChangeThem = """
        local changed = ARGV[5]
        for _, id in ipairs(ended) do
          local marker = redis.call('HGET', KEYS[1], 'm' .. id)
          if marker then
            changed = changed .. string.sub(marker, 9, #marker - #marker % 4)
            redis.call('HDEL', KEYS[1], 'm' .. id)
          end
          local at = place(id)
          if at then
            list = string.sub(list, 1, at - 1) .. string.sub(list, at + 8)
          end
        end
        for at = 1, #ARGV[10], 16 do
          local has = redis.call('HGET', KEYS[1], string.sub(ARGV[10], at, at + 3))
          if has and has ~= string.sub(ARGV[10], at + 4, at + 11) then
            changed = changed .. string.sub(ARGV[10], at + 12, at + 15)
          end
        end
        redis.call('HINCRBY', KEYS[1], 'n', 1)
        number = redis.call('HGET', KEYS[1], 'n')
        for from = 1, #changed, 4000 do
          local names, fields = {}, {}
          for at = from, math.min(from + 3999, #changed), 4 do
            names[#names + 1] = string.sub(changed, at, at + 3)
          end
          local found = standing() ~= '' and redis.call('HMGET', KEYS[1], unpack(names)) or {}
          for i = 1, #names do
            local value = ARGV[6]
            for at = 9, found[i] and #found[i] - 7 or 0, 8 do
              local id = string.sub(found[i], at, at + 7)
              value = place(id) and value .. id or value
            end
            fields[#fields + 1] = names[i]
            fields[#fields + 1] = value .. ARGV[12]
          end
          redis.call('HSET', KEYS[1], unpack(fields))
        end
        if ARGV[12] ~= '' then
          redis.call('HSET', KEYS[1], 'm' .. ARGV[12], struct.pack('<d', now() + ARGV[13]) .. changed)
          list = place(ARGV[12]) and list or list .. ARGV[12]
        end
        if list ~= stored and list == '' then
          redis.call('HDEL', KEYS[1], 'm')
        elseif list ~= stored then
          redis.call('HSET', KEYS[1], 'm', list)
        end
        redis.call('PUBLISH', ARGV[7], '\1' .. era .. string.char(#number) .. number .. ARGV[8] .. struct.pack('<i4', #changed / 4) .. changed .. ARGV[9])

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
            for at = 9, #value - 7, 8 do
              if place(string.sub(value, at, at + 7)) then
                value = '\0\0\0\0\0\0\0\128'
                break
              end
            end
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
