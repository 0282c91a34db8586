-- Gives permits back.
--
-- KEYS[1]  holders
-- ARGV[1]  permits and owner
-- Reply    1 if they were held until now, 0 if they had been lost
local time = redis.call('TIME')
local ends = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[1], ARGV[1])
return (ends and tonumber(ends) > time[1] * 1000000 + time[2]) and 1 or 0
