-- Becomes, or stays, the one who does the writes of a cache.
--
-- KEYS[1]  who does them, a string; expires with the claim
-- KEYS[2]  the writes (see write-append.lua)
-- ARGV[1]  token
-- ARGV[2]  milliseconds for which the claim holds
-- Reply    {1 if the claim holds else 0, number of writes that wait}
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then
  return { 0, redis.call('XLEN', KEYS[2]) }
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return { 1, redis.call('XLEN', KEYS[2]) }
