-- Adds one.
--
-- KEYS[1]  a counter
-- Reply    its value
local value = redis.call("INCR", KEYS[1])
redis.call("PEXPIRE", KEYS[1], 60000)
return value
