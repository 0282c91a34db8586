-- Decides on one or several limits at once, by the server's clock: takes all of them or nothing.
--
-- KEYS[1]  the state of the first limit, and so on
-- ARGV[1]  all limits in turn, in one string, which costs less than an argument for each number.
--          Numbers are signed integers of 8 bytes, big-endian
--            algorithm  one byte, the letter that keys have: t token-bucket, f fixed-window,
--                       h first-hit-window, c calendar-window, l sliding-log, s sliding-counter or
--                       p concurrency
--            cost       units to take; 0 looks only; below 0 gives back
--            delay      milliseconds for which a caller may be told to wait (token-bucket only)
--            n          how many bandwidths follow; more than 1 for token-bucket only
--            limit, period, extra   for each bandwidth; period in milliseconds; extra is
--              token-bucket     capacity; capacity * period is at most 2^52
--              calendar-window  when the period began, as the caller sees it; period is its length
--              concurrency      length of the permit's id, and the id; period is its lease
-- Reply    such numbers in one string: the time now, then for each limit: 1 if it allows, else 0;
--          what is left; milliseconds until this cost fits (-1: never), or until a caller that was
--          let in may go on; milliseconds until nothing is taken. Nothing but the time now if a
--          calendar window is not the present one.
--
-- What is refused changes nothing, not even a TTL. Time is in milliseconds since 2024, a Monday.
--
-- States, in exact integers, big-endian:
--   token-bucket     for each bandwidth: debt (7 bytes) and when (5): tokens times period that are
--                    taken and not yet refilled. It shrinks by the limit in each millisecond, so
--                    that nothing is ever rounded.
--   windows          taken (7) and when the window began (5)
--   sliding-counter  taken in this period (5), in the one before (5), when this one began (5)
--   sliding-log      a sorted set of units by time; concurrency: of permits by the end of their lease
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) - 1704067200000

-- All algorithms but the bucket, which is most asked for: made only where one of them is. Each
-- returns whether it allows, what is left as it is and after this, the wait, the time until nothing
-- is taken as it is and after this, and a function that takes what was asked for.
local function others()
  local algorithms = {}

  -- A number within a text, without a fraction and with all digits.
  local function text(number)
    return string.format('%.0f', number)
  end

  local function window(key, cost, limit, period, began)
    local taken, start = 0, began or now
    local state = redis.call('GET', key)
    if state then
      local counted, since = struct.unpack('>I7I5', state)
      -- A clock that stepped back begins no window anew.
      if since >= start or not began and now < since + period then
        taken, start = counted, since
      end
    end
    local ends = start + period - now
    local after = math.max(0, taken + cost)
    local allowed, retry = 1, 0
    if cost > limit then
      allowed, retry = 0, -1
    elseif cost > 0 and after > limit then
      allowed, retry = 0, ends
    end
    local function reset(count)
      return count > 0 and ends or 0
    end
    return allowed, math.max(0, limit - taken), math.max(0, limit - after), retry, reset(taken), reset(after), function()
      if after > 0 then
        redis.call('SET', key, struct.pack('>I7I5', after, start), 'PX', ends)
      else
        redis.call('DEL', key)
      end
    end
  end

  -- Fixed window.
  function algorithms.f(key, cost, limit, period)
    return window(key, cost, limit, period, now - now % period)
  end

  -- First-hit window.
  function algorithms.h(key, cost, limit, period)
    return window(key, cost, limit, period, nil)
  end

  -- Calendar window.
  function algorithms.c(key, cost, limit, period, began)
    if now < began or now >= began + period then
      return nil
    end
    return window(key, cost, limit, period, began)
  end

  -- Sliding counter.
  function algorithms.s(key, cost, limit, period)
    local start = now - now % period
    local current, previous = 0, 0
    local state = redis.call('GET', key)
    if state then
      local was
      current, previous, was = struct.unpack('>I5I5I5', state)
      if was > start then
        start = was
      elseif was == start - period then
        current, previous = 0, current
      elseif was < start then
        current, previous = 0, 0
      end
    end
    -- Below 0 after the clock stepped back.
    local into = now - start
    -- What counts of the period before shrinks evenly while this one passes.
    local function weight(count, at)
      return math.floor(count * (period - at) / period)
    end
    -- Milliseconds until at most so much counts of a number, from the start of the period after its.
    local function shrinks(count, most)
      if count <= most then
        return 0
      end
      return math.min(period, period - math.ceil((most + 1) * period / count) + 1)
    end
    local counted = current + weight(previous, math.max(0, into))
    local after = math.max(0, current + cost)
    local allowed, retry = 1, 0
    if cost > limit then
      allowed, retry = 0, -1
    elseif cost > 0 and counted + cost > limit then
      allowed = 0
      if current + cost <= limit then
        retry = shrinks(previous, limit - current - cost) - into
      else
        retry = period - into + shrinks(current, limit - cost)
      end
    end
    local function reset(count)
      if count > 0 then
        return period - into + shrinks(count, 0)
      end
      return previous > 0 and math.max(0, shrinks(previous, 0) - into) or 0
    end
    return allowed, math.max(0, limit - counted), math.max(0, limit - counted - (after - current)), retry,
      reset(current), reset(after), function()
        redis.call('SET', key, struct.pack('>I5I5I5', after, previous, start), 'PX', 2 * period - into)
      end
  end

  -- Sliding log.
  function algorithms.l(key, cost, limit, period)
    local oldest = '(' .. text(now - period)
    local taken = redis.call('ZCOUNT', key, oldest, '+inf')
    local allowed, retry = 1, 0
    local function passes(number)
      return redis.call('ZRANGEBYSCORE', key, oldest, '+inf', 'WITHSCORES', 'LIMIT', number - 1, 1)[2] + period - now
    end
    if cost > limit then
      allowed, retry = 0, -1
    elseif cost > 0 and taken + cost > limit then
      allowed, retry = 0, passes(taken + cost - limit)
    end
    local after = math.max(0, taken + cost)
    -- Members are numbers in the order of their times, also after a clock stepped back.
    local last = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')
    local at = math.max(now, last[2] or 0)
    local reset, will = taken > 0 and last[2] + period - now or 0, 0
    if cost > 0 then
      will = at + period - now
    elseif after > 0 then
      will = passes(after)
    end
    return allowed, math.max(0, limit - taken), math.max(0, limit - after), retry, reset, will, function()
      redis.call('ZREMRANGEBYSCORE', key, '-inf', text(now - period))
      if cost < 0 then
        redis.call('ZREMRANGEBYRANK', key, cost, -1)
        return
      end
      local number = tonumber(last[1] or 0)
      local added = {}
      for unit = 1, cost do
        added[#added + 1] = text(at)
        added[#added + 1] = string.format('%016.0f', number + unit)
      end
      redis.call('ZADD', key, unpack(added))
      redis.call('PEXPIRE', key, at + period - now)
    end
  end

  -- Concurrency.
  function algorithms.p(key, cost, limit, lease, id)
    local alive = '(' .. text(now)
    local taken = redis.call('ZCOUNT', key, alive, '+inf')
    local held = redis.call('ZSCORE', key, id)
    held = held and tonumber(held) > now
    local allowed, retry = 1, 0
    if cost > limit then
      allowed, retry = 0, -1
    elseif cost > 0 and not held and taken + cost > limit then
      allowed = 0
      local nth = taken + cost - limit
      retry = redis.call('ZRANGEBYSCORE', key, alive, '+inf', 'WITHSCORES', 'LIMIT', nth - 1, 1)[2] - now
    end
    local after = taken
    if cost > 0 and not held then
      after = taken + cost
    elseif cost < 0 and held then
      after = taken - 1
    end
    -- Until the last of the others ends its work, and this one, if it is still there.
    local reset, will = 0, cost > 0 and lease or 0
    local last = redis.call('ZRANGE', key, -2, -1, 'WITHSCORES')
    for i = 1, #last, 2 do
      reset = math.max(reset, last[i + 1] - now)
      if last[i] ~= id or cost == 0 then
        will = math.max(will, last[i + 1] - now)
      end
    end
    return allowed, math.max(0, limit - taken), math.max(0, limit - after), retry, reset, will, function()
      redis.call('ZREMRANGEBYSCORE', key, '-inf', text(now))
      if cost < 0 then
        redis.call('ZREM', key, id)
        return
      end
      redis.call('ZADD', key, text(now + lease), id)
      redis.call('PEXPIRE', key, math.max(lease, redis.call('PTTL', key)))
    end
  end

  return algorithms
end

-- All states at once; there are none of sets, which their algorithms ask themselves.
local call, read, floor, ceil = redis.call, struct.unpack, math.floor, math.ceil
local limits, count = ARGV[1], #KEYS
local states
if count > 1 then
  states = call('MGET', unpack(KEYS))
elseif limits:sub(1, 1) == 't' then
  states = { call('GET', KEYS[1]) }
end
-- Buckets are decided here, without functions and tables of their own: that saves about a fifth of the time.
local reply, all, next, algorithms = { now }, true, 1, nil
local commits, values, lefts, resets = {}, {}, {}, {}
for i = 1, count do
  local algorithm, cost, delay, size
  algorithm, cost, delay, size, next = read('>c1i8i8i8', limits, next)
  local allowed, before, left, retry, reset = 1, math.huge, math.huge, 0, 0
  if algorithm == 't' then
    local state, since = states[i], now
    if state and #state == 12 * size then
      -- A clock that stepped back refills nothing.
      local last = read('>I5', state, 8)
      if last > now then
        since = last
      end
    else
      state = nil
    end
    local value, life = '', 0
    for b = 1, size do
      local limit, period, capacity
      limit, period, capacity, next = read('>i8i8i8', limits, next)
      local full, debt = capacity * period, 0
      if state then
        local owed, at = read('>I7I5', state, 12 * b - 11)
        local elapsed = since - at
        if elapsed < ceil(owed / limit) then
          debt = owed - elapsed * limit
        end
      end
      local after = debt + cost * period
      if after < 0 then
        after = 0
      end
      if cost > capacity then
        allowed, retry = 0, -1
      elseif cost > 0 and after > full then
        local wait = ceil((after - full) / limit)
        if retry >= 0 and wait > retry then
          retry = wait
        end
        if wait + since - now > delay then
          allowed = 0
        end
      end
      local free = (debt < full) and floor((full - debt) / period) or 0
      if free < before then
        before = free
      end
      free = (after < full) and floor((full - after) / period) or 0
      if free < left then
        left = free
      end
      local neutral = ceil(debt / limit)
      if neutral > reset then
        reset = neutral
      end
      if allowed == 1 then
        value = value .. struct.pack('>I7I5', after, since)
        neutral = ceil(after / limit)
        if neutral > life then
          life = neutral
        end
      end
    end
    if allowed == 1 then
      values[i], resets[i] = value, (life > 0) and life + since - now or 0
    end
    if retry > 0 then
      retry = retry + since - now
    end
    if reset > 0 then
      reset = reset + since - now
    end
  else
    algorithms = algorithms or others()
    local limit, period, extra
    limit, period, extra, next = read((algorithm == 'p') and '>i8i8i8c0' or '>i8i8i8', limits, next)
    allowed, before, left, retry, reset, resets[i], commits[i] =
      algorithms[algorithm](KEYS[i], cost, limit, period, extra)
    if not allowed then
      return struct.pack('>i8', now)
    end
  end
  all = all and allowed == 1
  if cost == 0 then
    values[i], commits[i] = nil, nil
  end
  local r = 4 * i
  reply[r - 2], reply[r - 1], reply[r], reply[r + 1], lefts[i] = allowed, before, retry, reset, left
end
if all then
  for i = 1, count do
    reply[4 * i - 1], reply[4 * i + 1] = lefts[i], resets[i]
    if commits[i] then
      commits[i]()
    elseif values[i] and resets[i] > 0 then
      call('SET', KEYS[i], values[i], 'PX', resets[i])
    elseif values[i] then
      call('DEL', KEYS[i])
    end
  end
end
return struct.pack('>' .. string.rep('i8', #reply), unpack(reply))
