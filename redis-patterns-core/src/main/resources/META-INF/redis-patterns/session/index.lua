-- Keeps the list of a user's sessions: adds or prolongs one, or removes it, and drops those that
-- have ended.
--
-- KEYS[1]  the list, a sorted set of session handles by the time they end; expires with the last
-- ARGV[1]  handle
-- ARGV[2]  milliseconds until the session ends, 0 to remove it
-- Reply    number of sessions in the list
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if tonumber(ARGV[2]) > 0 then
  redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
else
  redis.call('ZREM', KEYS[1], ARGV[1])
end
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
if last[2] then
  redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', tonumber(last[2])))
end
return redis.call('ZCARD', KEYS[1])
