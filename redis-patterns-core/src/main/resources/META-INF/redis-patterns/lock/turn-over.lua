-- A node gives a lock back and wants it at once for its next caller: if another node has waited
-- longer than that one, the turn goes there and the asking node queues up; else it goes on, with
-- a fresh lease and fresh tokens.
--
-- KEYS[1]  the lock
-- KEYS[2]  the last fencing token given out
-- KEYS[3]  nodes that wait
-- ARGV[1]  owner, which the next caller keeps; the rest is of the next caller, as for acquire.lua:
-- ARGV[2]  lease, ARGV[3] highest token seen, ARGV[4] node, ARGV[5] waited, ARGV[6] whether to join
-- Reply    the first of 16 fresh tokens if the node goes on, minus the milliseconds of the
--          other's turn if it does not, 0 if the lock had been lost
local TOKENS = 16
local HOUR, MINUTE, TURN = 3600000, 60000, 50

if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local since = now - ARGV[5]
local first = redis.call('ZRANGE', KEYS[3], 0, 0, 'WITHSCORES')
if first[1] and first[1] ~= ARGV[4] and tonumber(first[2]) <= since then
  redis.call('ZREM', KEYS[3], first[1])
  redis.call('SET', KEYS[1], '>' .. first[1], 'PX', TURN)
  if ARGV[6] == '1' then
    redis.call('ZADD', KEYS[3], string.format('%.0f', since), ARGV[4])
    redis.call('PEXPIRE', KEYS[3], MINUTE)
  end
  -- Read over a connection that watches, so that the next change is heard of.
  redis.call('GET', KEYS[1])
  return -TURN
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local last = tonumber(redis.call('GET', KEYS[2]) or 0)
local token = math.max(last, tonumber(ARGV[3]), now - 1) + 1
redis.call('SET', KEYS[2], string.format('%.0f', token + TOKENS - 1), 'PX', HOUR)
return token
