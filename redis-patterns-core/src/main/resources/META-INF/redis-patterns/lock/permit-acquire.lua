-- Takes permits of a limited number if there are enough, after those who have waited longer.
--
-- KEYS[1]  holders, a sorted set of "permits:owner" by the end of their leases in microseconds;
--          expires with the last lease
-- KEYS[2]  the last fencing token given out
-- KEYS[3]  nodes that wait, a sorted set of "permits:node" by the time since when
-- KEYS[4]  the same by the time until which they count if they are not heard of again
-- ARGV[1]  owner, unique for each acquisition
-- ARGV[2]  lease in milliseconds
-- ARGV[3]  the asking node
-- ARGV[4]  for how long its caller has waited, in microseconds
-- ARGV[5]  1 to join the queue if there are not enough
-- ARGV[6]  permits to take: 1, or all
-- ARGV[7]  permits that there are
-- ARGV[8]  highest token that the asking node has seen
-- ARGV[9]  milliseconds for which the last token is remembered
-- ARGV[10] milliseconds for which a waiting node counts
-- Reply    a token if the owner has the permits now, else minus the milliseconds after which it
--          pays to ask again
--
-- A reader takes one of very many, a writer all of them, a user of a semaphore one of a few. All
-- holders take one each, or one holder takes all. Safe to send again for the same owner.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local me = ARGV[6] .. ':' .. ARGV[1]
local node = ARGV[6] .. ':' .. ARGV[3]
local function permits(member)
  return tonumber(string.match(member, '^%d+'))
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
if not redis.call('ZSCORE', KEYS[1], me) then
  local first = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
  local taken = first and permits(first) + redis.call('ZCARD', KEYS[1]) - 1 or 0
  for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', string.format('%.0f', now))) do
    redis.call('ZREM', KEYS[3], gone)
    redis.call('ZREM', KEYS[4], gone)
  end
  local since = string.format('%.0f', now - ARGV[4])
  for _, waiting in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', '(' .. since)) do
    if waiting ~= node then
      taken = taken + permits(waiting)
    end
  end
  if taken + ARGV[6] > tonumber(ARGV[7]) then
    if ARGV[5] == '1' then
      redis.call('ZADD', KEYS[3], since, node)
      redis.call('ZADD', KEYS[4], string.format('%.0f', now + ARGV[10] * 1000), node)
      redis.call('PEXPIRE', KEYS[3], ARGV[10])
      redis.call('PEXPIRE', KEYS[4], ARGV[10])
    end
    local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
    return -(last and math.max(1, math.ceil((last - now) / 1000)) or tonumber(ARGV[10]))
  end
end
if ARGV[5] == '1' then
  redis.call('ZREM', KEYS[3], node)
  redis.call('ZREM', KEYS[4], node)
end
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2] * 1000), me)
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
local token = math.max(tonumber(redis.call('GET', KEYS[2]) or 0), tonumber(ARGV[8]), now - 1) + 1
redis.call('SET', KEYS[2], string.format('%.0f', token), 'PX', ARGV[9])
return token
