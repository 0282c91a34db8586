-- Replaces a lease by what was loaded under it; does nothing if the lease is lost.
--
-- KEYS[1]  the entry
-- KEYS[2]  the state of the cache (see invalidate.lua), if it lies on the same node
-- ARGV[1]  token of the lease
-- ARGV[2]  the entry (layout: Envelope); its expiry is set here
-- ARGV[3]  microseconds until it expires
-- ARGV[4]  milliseconds until Redis forgets it
-- ARGV[5]  what stands before a waiter's name in its channel
-- Reply    {1 if it was replaced else 0, now in microseconds, the state or nil}
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local state = KEYS[2] and redis.call('GET', KEYS[2]) or false
local head = redis.call('GETRANGE', KEYS[1], 0, 1619)
if string.byte(head) ~= 250 or string.sub(head, 2, 17) ~= ARGV[1] then
  return { 0, now, state }
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[4])
redis.call('SETRANGE', KEYS[1], 10, struct.pack('>I8', now + tonumber(ARGV[3])))
for i = 0, tonumber(string.sub(head, 34, 35)) - 1 do
  redis.call('PUBLISH', ARGV[5] .. string.sub(head, 36 + 16 * i, 51 + 16 * i), KEYS[1])
end
return { 1, now, state }
