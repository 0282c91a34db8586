-- Token bucket in exact integers, by the server's clock: takes a cost or changes nothing.
--
-- The state "<debt>:<time>" says how much has been taken and not yet refilled, in tokens times
-- period, as of a time. Per unit of time it shrinks by the limit, so no division is ever rounded.
--
-- KEYS[1]  the bucket; expires when it is full again
-- ARGV[1]  cost in tokens, 0 to look only
-- ARGV[2]  limit: tokens refilled in one period
-- ARGV[3]  period in time units
-- ARGV[4]  capacity in tokens; capacity * period is at most 2^52
-- ARGV[5]  time units in a millisecond: 1000 or 1
-- Reply    {1 if taken else 0, tokens left, units until this cost fits (-1: never), units until full}
local cost, limit, period, capacity = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local units = tonumber(ARGV[5])

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 * units + math.floor(tonumber(time[2]) * units / 1000)
local debt = 0
local state = redis.call('GET', KEYS[1])
if state then
  local colon = string.find(state, ':', 1, true)
  debt = tonumber(string.sub(state, 1, colon - 1))
  local since = tonumber(string.sub(state, colon + 1))
  -- A clock that stepped back refills nothing.
  now = math.max(now, since)
  local elapsed = now - since
  if elapsed >= math.ceil(debt / limit) then
    debt = 0
  else
    debt = debt - elapsed * limit
  end
end

local allowed, retry = 0, 0
if cost > capacity then
  retry = -1
else
  local excess = debt + cost * period - capacity * period
  if excess <= 0 then
    allowed = 1
    debt = debt + cost * period
  else
    retry = math.ceil(excess / limit)
  end
end

local full = math.ceil(debt / limit)
if allowed == 1 and cost > 0 then
  redis.call('SET', KEYS[1], string.format('%.0f:%.0f', debt, now), 'PX', math.ceil(full / units))
end
return { allowed, math.max(0, math.floor((capacity * period - debt) / period)), retry, full }
