-- Decides the requests for one token bucket one after the other, all at one instant.
--
-- KEYS[1]  the bucket; expires when it is full again
-- ARGV[1]  signed integers of 8 bytes, big-endian, in one string, which costs less than an argument
--          for each:
--            limit     tokens refilled in one period
--            period    in milliseconds
--            capacity  in tokens times period, at most 2^52
--            most      tokens to lend at most
--            back      tokens that the node gives back of what it was lent
--            taken     time when it was lent them
--            and on, in pairs: number of requests, cost of each in tokens, 0 to look only
-- Reply    {debt before the first request, milliseconds by which the clock is behind the bucket, time,
--          tokens lent}; from the debt follow all answers. Nothing but the debt where nothing was to
--          be lent and the clock is right, which is shorter for all
--
-- Tokens are then lent to the node that asks. What is refused changes nothing. The state is that of
-- a token-bucket with one bandwidth in decide.lua, and so is the arithmetic.
local call, read, floor, ceil = redis.call, struct.unpack, math.floor, math.ceil
local key, asked = KEYS[1], ARGV[1]
local limit, period, capacity, most, back, taken, next = read('>i8i8i8i8i8i8', asked)

local time = call('TIME')
local clock = time[1] * 1000 + floor(time[2] / 1000) - 1704067200000
local now, debt = clock, 0
local state = call('GET', key)
if state and #state == 12 then
  local owed, since = read('>I7I5', state)
  -- A clock that stepped back refills nothing.
  if since > now then
    now = since
  end
  local elapsed = now - since
  if elapsed < ceil(owed / limit) then
    debt = owed - elapsed * limit
  end
end

-- What was lent may have been refilled since, at most at the limit: the rest is surely still owed.
local returned = 0
if back > 0 then
  returned = math.max(0, math.min(debt, back * period - (now - taken) * limit))
end
local before = debt - returned
debt = before

while next <= #asked do
  local number, cost
  number, cost, next = read('>i8i8', asked, next)
  if cost > 0 and debt < capacity then
    local fits = floor((capacity - debt) / (cost * period))
    debt = debt + ((number < fits) and number or fits) * cost * period
  end
end

-- The nearer the limit, the less is lent, so that other nodes have their share.
local lent = 0
if most > 0 then
  lent = math.min(most, floor(math.max(0, capacity - debt) / period / 4))
  debt = debt + lent * period
end

if debt > before or returned > 0 then
  if debt > 0 then
    call('SET', key, struct.pack('>I7I5', debt, now), 'PX', ceil(debt / limit) + now - clock)
  else
    call('DEL', key)
  end
end
if most == 0 and now == clock then
  return before
end
return { before, now - clock, now, lent }
