-- Remembers a fencing token that was given out, unless a larger one is known.
--
-- KEYS[1]  the last fencing token given out
-- ARGV[1]  the token
-- ARGV[2]  milliseconds for which it is remembered
-- Reply    1
if tonumber(redis.call('GET', KEYS[1]) or 0) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return 1
