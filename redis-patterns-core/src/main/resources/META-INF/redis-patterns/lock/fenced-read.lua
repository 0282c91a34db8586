-- Reads a value, after which smaller fencing tokens than the reader's write nothing.
--
-- KEYS[1]  the value, a hash, with the time to live it has
-- ARGV[1]  the token
-- Reply    '+' and the value, '' if the token is stale, nothing if there is no value
local seen = redis.call('HGET', KEYS[1], 'token')
if not seen then
  return false
end
if tonumber(seen) > tonumber(ARGV[1]) then
  return ''
end
redis.call('HSET', KEYS[1], 'token', ARGV[1])
return '+' .. redis.call('HGET', KEYS[1], 'value')
