-- Writes a value unless a larger fencing token was seen.
--
-- KEYS[1]  the value, a hash; expires after its time to live
-- ARGV[1]  the token
-- ARGV[2]  the value
-- ARGV[3]  time to live in milliseconds
-- Reply    1 if it was written, 0 if the token is stale
if tonumber(redis.call('HGET', KEYS[1], 'token') or 0) > tonumber(ARGV[1]) then
  return 0
end
redis.call('HSET', KEYS[1], 'token', ARGV[1], 'value', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
