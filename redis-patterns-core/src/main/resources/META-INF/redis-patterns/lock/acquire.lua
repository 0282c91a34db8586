-- Takes a lock for an owner if nobody has it.
--
-- KEYS[1]  the lock, a string; expires with the lease or with the turn
-- KEYS[2]  the last fencing token given out, a string; remembered for an hour
-- KEYS[3]  nodes that wait, a sorted set by the time since when, in microseconds; ends a minute
--          after the last one joined
-- ARGV[1]  owner, unique for each acquisition
-- ARGV[2]  lease in milliseconds
-- ARGV[3]  highest token that the asking node has seen
-- ARGV[4]  the asking node, as it stands in the queue
-- ARGV[5]  for how long its caller has waited, in microseconds
-- ARGV[6]  1 to join the queue if the lock is taken
-- ARGV[7]  1 to let those who wait go first even if the lock is free
-- Reply    the first of 16 tokens if the owner has the lock now, else minus the milliseconds
--          until the present lease or turn ends
--
-- Sending it again for the same owner is safe: a repeated request whose first answer was lost finds
-- itself the owner.
--
-- A lock is held ("owner"), reserved for the node whose turn it is (">node"), or free (no key).
-- Tokens grow for ever: above the last one, above every one the asking node has seen, and not below
-- the server's clock in microseconds, so also after the key of the last one was lost.
local TOKENS = 16
local HOUR, MINUTE, TURN = 3600000, 60000, 50

if ARGV[7] == '1' or not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  local holder = redis.call('GET', KEYS[1])
  if not holder then
    local first = redis.call('ZRANGE', KEYS[3], 0, 0)[1]
    if first and first ~= ARGV[4] then
      redis.call('ZREM', KEYS[3], first)
      holder = '>' .. first
      redis.call('SET', KEYS[1], holder, 'PX', TURN)
    end
  end
  if holder and holder ~= ARGV[1] and holder ~= '>' .. ARGV[4] then
    if ARGV[6] == '1' then
      local time = redis.call('TIME')
      redis.call('ZADD', KEYS[3], string.format('%.0f', time[1] * 1000000 + time[2] - ARGV[5]), ARGV[4])
      redis.call('PEXPIRE', KEYS[3], MINUTE)
    end
    return -math.max(1, redis.call('PTTL', KEYS[1]))
  end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
if ARGV[6] == '1' then
  redis.call('ZREM', KEYS[3], ARGV[4])
end
local time = redis.call('TIME')
local token = math.max(time[1] * 1000000 + time[2], ARGV[3] + 1)
local last = redis.call('SET', KEYS[2], string.format('%.0f', token + TOKENS - 1), 'PX', HOUR, 'GET')
if last and tonumber(last) >= token then
  token = last + 1
  redis.call('SET', KEYS[2], string.format('%.0f', token + TOKENS - 1), 'PX', HOUR)
end
return token
