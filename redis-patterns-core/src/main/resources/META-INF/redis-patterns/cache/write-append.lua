-- Takes a write to be done later, unless too many wait.
--
-- KEYS[1]  the writes, a stream; lives until all are done
-- KEYS[2]  the last write of each entry, a hash: key of the entry by id; lives as long
-- ARGV[1]  number of writes that may wait
-- ARGV[2]  key of the entry
-- ARGV[3]  key as the application knows it, encoded
-- ARGV[4]  "put" or "delete"
-- ARGV[5]  the value, encoded, or empty
-- Reply    the id of the write, or nil if too many wait
if redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[1]) then
  return false
end
local id = redis.call('XADD', KEYS[1], '*', 'entry', ARGV[2], 'key', ARGV[3], 'kind', ARGV[4], 'value', ARGV[5])
redis.call('HSET', KEYS[2], ARGV[2], id)
return id
