-- Takes a write to be done later, in place of one of the same entry that waits, unless too many wait.
-- It goes to the end, so that who has read the earlier one and does it now does not forget this one.
--
-- KEYS[1]  the writes, a stream; lives until all are done
-- KEYS[2]  the write of each entry, a hash: key of the entry by id; lives as long
-- ARGV[1]  number of writes that may wait
-- ARGV[2]  key of the entry
-- ARGV[3]  key as the application knows it, encoded
-- ARGV[4]  "put" or "delete"
-- ARGV[5]  the value, encoded, or empty
-- Reply    the id of the write, or nil if too many wait
if redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[1]) then
  return false
end
local earlier = redis.call('HGET', KEYS[2], ARGV[2])
if earlier then
  redis.call('XDEL', KEYS[1], earlier)
end
local id = redis.call('XADD', KEYS[1], '*', 'entry', ARGV[2], 'key', ARGV[3], 'kind', ARGV[4], 'value', ARGV[5])
redis.call('HSET', KEYS[2], ARGV[2], id)
return id
