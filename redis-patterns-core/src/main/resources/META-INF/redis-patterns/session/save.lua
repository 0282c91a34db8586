-- Writes what changed in a session, and never brings back one that was ended meanwhile.
--
-- KEYS[1]  the session, a hash; expires when idle for its time
-- ARGV[1]  1 if the session is new, else 0
-- ARGV[2]  idle time in milliseconds
-- ARGV[3]  last access in milliseconds since 1970; an older one than stored is ignored
-- ARGV[4]  number n of fields to write
-- ARGV[5]  first field, its value, and so on until ARGV[4 + 2n]; then the fields to remove
-- Reply    1 if written, 0 if the session is gone
if ARGV[1] == '0' and redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
local accessed = redis.call('HGET', KEYS[1], 'accessed')
if not accessed or tonumber(accessed) < tonumber(ARGV[3]) then
  redis.call('HSET', KEYS[1], 'accessed', ARGV[3])
end
local last = 4 + 2 * tonumber(ARGV[4])
for i = 5, last, 2 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
for i = last + 1, #ARGV do
  redis.call('HDEL', KEYS[1], ARGV[i])
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
