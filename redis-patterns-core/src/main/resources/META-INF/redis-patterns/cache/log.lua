-- Appends an invalidation to the log that near caches follow.
--
-- KEYS[1]  the log, a stream
-- ARGV[1]  number of entries to keep, about
-- ARGV[2]  milliseconds until Redis forgets it if nothing follows
-- ARGV[3]  name of the node
-- ARGV[4]  name of the cache
-- ARGV[5]  what was invalidated: "KEY", "TAG" or "ALL"
-- ARGV[6]  the state of the cache after that, or empty
-- ARGV[7]  keys or tags from here on, a thousand at most
-- Reply    the number of the entry
--
-- Its ids are consecutive numbers, so that a reader knows when it has missed one; a log that was
-- lost begins again with a number that was never used.
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local id
if last[1] then
  id = string.format('%.0f', tonumber(string.match(last[1][1], '^%d+')) + 1)
else
  local time = redis.call('TIME')
  id = string.format('%.0f', tonumber(time[1]) * 1000000 + tonumber(time[2]))
end
local entry = { 'node', ARGV[3], 'cache', ARGV[4], 'what', ARGV[5], 'state', ARGV[6] }
for i = 7, #ARGV do
  entry[#entry + 1] = 'name' .. i
  entry[#entry + 1] = ARGV[i]
end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], id .. '-0', unpack(entry))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return tonumber(id)
