-- Takes a lock for an owner if nobody has it. Sending it again for the same owner is safe: a
-- repeated request whose first answer was lost finds itself the owner, with the same tokens.
--
-- A lock is held ("owner"), reserved for the node whose turn it is (">node"), or free (no key).
-- Tokens grow for ever: above the last one, above every one the asking node has seen, and not
-- below the server's clock in microseconds, so also after the key of the last one was lost.
--
-- KEYS[1]  the lock, a string; expires with the lease or with the turn
-- KEYS[2]  the last fencing token given out, a string
-- KEYS[3]  nodes that wait, a sorted set by the time since when, in microseconds
-- ARGV[1]  owner, unique for each acquisition
-- ARGV[2]  lease in milliseconds
-- ARGV[3]  the asking node, as it stands in the queue
-- ARGV[4]  for how long its caller has waited, in microseconds
-- ARGV[5]  1 to join the queue if the lock is taken
-- ARGV[6]  1 to let those who wait go first even if the lock is free
-- ARGV[7]  highest token that the asking node has seen
-- ARGV[8]  number of tokens to give out
-- ARGV[9]  milliseconds for which the last token is remembered
-- ARGV[10] milliseconds that a turn lasts
-- ARGV[11] milliseconds after which a queue that nobody joins any more ends
-- Reply    the first of the tokens if the owner has the lock now, else minus the milliseconds
--          until the present lease or turn ends
local holder = redis.call('GET', KEYS[1])
if not holder and ARGV[6] == '1' then
  local first = redis.call('ZRANGE', KEYS[3], 0, 0)[1]
  if first and first ~= ARGV[3] then
    redis.call('ZREM', KEYS[3], first)
    holder = '>' .. first
    redis.call('SET', KEYS[1], holder, 'PX', ARGV[10])
  end
end
if holder and holder ~= ARGV[1] and holder ~= '>' .. ARGV[3] then
  if ARGV[5] == '1' then
    local time = redis.call('TIME')
    redis.call('ZADD', KEYS[3], string.format('%.0f', time[1] * 1000000 + time[2] - ARGV[4]), ARGV[3])
    redis.call('PEXPIRE', KEYS[3], ARGV[11])
  end
  return -math.max(1, redis.call('PTTL', KEYS[1]))
end
if ARGV[5] == '1' then
  redis.call('ZREM', KEYS[3], ARGV[3])
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
local last = tonumber(redis.call('GET', KEYS[2]) or 0)
if holder == ARGV[1] and last >= tonumber(ARGV[8]) then
  return last - ARGV[8] + 1
end
local time = redis.call('TIME')
local token = math.max(last, tonumber(ARGV[7]), time[1] * 1000000 + time[2] - 1) + 1
redis.call('SET', KEYS[2], string.format('%.0f', token + ARGV[8] - 1), 'PX', ARGV[9])
return token
