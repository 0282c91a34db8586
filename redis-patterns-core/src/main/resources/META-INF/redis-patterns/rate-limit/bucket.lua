-- One token bucket for busy keys: decides costs one after the other, all at one instant, then lends
-- tokens to the node that asks. What is refused changes nothing. The state is that of a
-- token-bucket with one bandwidth in decide.lua, and so is the arithmetic.
--
-- KEYS[1]  the bucket; expires when it is full again
-- ARGV[1]  limit: tokens refilled in one period
-- ARGV[2]  period in milliseconds
-- ARGV[3]  capacity in tokens times period, at most 2^52
-- ARGV[4]  tokens to lend at most
-- ARGV[5]  tokens that the node gives back of what it was lent
-- ARGV[6]  time when it was lent them
-- ARGV[7]  and on, in pairs: number of requests, cost of each in tokens, 0 to look only
-- Reply    {debt before the first request, milliseconds by which the clock is behind the bucket, time,
--          tokens lent}; from the debt follow all answers. Nothing but the debt where nothing was to
--          be lent and the clock is right, which is shorter for all
local limit, period, capacity = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

local time = redis.call('TIME')
local clock = time[1] * 1000 + math.floor(time[2] / 1000) - 1704067200000
local now, debt = clock, 0
local state = redis.call('GET', KEYS[1])
if state and #state == 12 then
  local owed, since = struct.unpack('>I7I5', state)
  -- A clock that stepped back refills nothing.
  now = math.max(now, since)
  local elapsed = now - since
  debt = (elapsed >= math.ceil(owed / limit)) and 0 or owed - elapsed * limit
end

-- What was lent may have been refilled since, at most at the limit: the rest is surely still owed.
local returned = 0
if ARGV[5] ~= '0' then
  returned = math.max(0, math.min(debt, ARGV[5] * period - (now - ARGV[6]) * limit))
end
local before = debt - returned
debt = before

for i = 7, #ARGV, 2 do
  local cost = tonumber(ARGV[i + 1])
  if cost > 0 then
    local fits = math.floor(math.max(0, capacity - debt) / (cost * period))
    debt = debt + math.min(tonumber(ARGV[i]), fits) * cost * period
  end
end

-- The nearer the limit, the less is lent, so that other nodes have their share.
local lent = 0
if ARGV[4] ~= '0' then
  lent = math.min(ARGV[4], math.floor(math.max(0, capacity - debt) / period / 4))
  debt = debt + lent * period
end

if debt > before or returned > 0 then
  if debt > 0 then
    redis.call('SET', KEYS[1], struct.pack('>I7I5', debt, now), 'PX', math.ceil(debt / limit) + now - clock)
  else
    redis.call('DEL', KEYS[1])
  end
end
if ARGV[4] == '0' and now == clock then
  return before
end
return { before, now - clock, now, lent }
