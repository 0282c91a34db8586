-- Fails.
--
-- KEYS[1]  any key
-- Reply    an error
return redis.error_reply("ERR out of luck")
