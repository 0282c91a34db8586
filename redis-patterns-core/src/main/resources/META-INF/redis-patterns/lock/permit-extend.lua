-- Begins the lease of a holder anew, only if it has not ended.
--
-- KEYS[1]  holders
-- ARGV[1]  permits and owner
-- ARGV[2]  lease in milliseconds, 0 only to look
-- Reply    1 if the permits are held, 0 if they had been lost
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local ends = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not ends or tonumber(ends) <= now then
  return 0
end
if ARGV[2] ~= '0' then
  redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2] * 1000), ARGV[1])
  if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
  end
end
return 1
