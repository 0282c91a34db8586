-- Writes an entry whose value waits to be written to its source, unless the entry that is there is
-- newer: then neither can be told to be the last one, and there is none afterwards.
--
-- KEYS[1]  the entry
-- KEYS[2]  the state of the cache (see invalidate.lua), if it lies on the same node
-- ARGV[1]  the entry (layout: Envelope)
-- ARGV[2]  milliseconds until Redis forgets it
-- ARGV[3]  what stands before a waiter's name in its channel
-- Reply    {1 if it was written else 0, the state or nil}
local state = KEYS[2] and redis.call('GET', KEYS[2]) or false
local head = redis.call('GETRANGE', KEYS[1], 0, 1629)
local entry = head
if string.byte(head) == 250 then
  local count = tonumber(string.sub(head, 34, 35))
  entry = string.sub(head, 36 + 16 * count)
  for i = 0, count - 1 do
    redis.call('PUBLISH', ARGV[3] .. string.sub(head, 36 + 16 * i, 51 + 16 * i), KEYS[1])
  end
end
if string.byte(entry) == 249 and struct.unpack('>I8', entry, 3) > struct.unpack('>I8', ARGV[1], 3) then
  redis.call('UNLINK', KEYS[1])
  return { 0, state }
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return { 1, state }
