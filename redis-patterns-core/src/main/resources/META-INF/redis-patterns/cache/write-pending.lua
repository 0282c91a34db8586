-- Looks up the write of an entry that is not done yet.
--
-- KEYS[1]  the writes (see write-append.lua)
-- KEYS[2]  the write of each entry
-- ARGV[1]  key of the entry
-- Reply    {"put" or "delete", the value}, or nothing in it if there is none
local id = redis.call('HGET', KEYS[2], ARGV[1])
local write = id and redis.call('XRANGE', KEYS[1], id, id)[1]
if not write then
  return {}
end
return { write[2][6], write[2][8] }
