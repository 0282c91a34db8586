-- Writes an entry if there is none.
--
-- KEYS[1]  the entry
-- ARGV[1]  value
-- ARGV[2]  time to live in milliseconds
-- Reply    the value that was there before, or nil if this one was written
local present = redis.call('GET', KEYS[1])
if not present then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return present
