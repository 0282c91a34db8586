-- A node gives a lock back and wants it at once for its next caller: if another node has waited
-- longer than that one, the turn goes there and the asking node queues up; else it goes on, with
-- a fresh lease and fresh tokens.
--
-- KEYS[1]  the lock
-- KEYS[2]  the last fencing token given out
-- KEYS[3]  nodes that wait
-- ARGV[1]  owner, which the next caller keeps; the rest is the next caller's, as for acquire.lua:
-- ARGV[2]  lease, ARGV[3] node, ARGV[4] waited, ARGV[5] join, ARGV[7] highest token seen,
-- ARGV[8]  number of tokens, ARGV[9] remembered, ARGV[10] turn, ARGV[11] end of the queue
-- Reply    the first of the fresh tokens if the node goes on, minus the milliseconds of the
--          other's turn if it does not, 0 if the lock had been lost
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local since = now - ARGV[4]
local first = redis.call('ZRANGE', KEYS[3], 0, 0, 'WITHSCORES')
if first[1] and first[1] ~= ARGV[3] and tonumber(first[2]) <= since then
  redis.call('ZREM', KEYS[3], first[1])
  redis.call('SET', KEYS[1], '>' .. first[1], 'PX', ARGV[10])
  if ARGV[5] == '1' then
    redis.call('ZADD', KEYS[3], string.format('%.0f', since), ARGV[3])
    redis.call('PEXPIRE', KEYS[3], ARGV[11])
  end
  -- Read over a connection that watches, so that the next change is heard of.
  redis.call('GET', KEYS[1])
  return -ARGV[10]
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local last = tonumber(redis.call('GET', KEYS[2]) or 0)
local token = math.max(last, tonumber(ARGV[7]), now - 1) + 1
redis.call('SET', KEYS[2], string.format('%.0f', token + ARGV[8] - 1), 'PX', ARGV[9])
return token
