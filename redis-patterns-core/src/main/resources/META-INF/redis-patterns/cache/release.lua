-- Ends a lease without a new entry. The entry that was there before stays, with the life it has,
-- below a pause (see lease.lua) during which it is not tried to be replaced. Where what was loaded
-- is right but not to be stored, it stays only while it is fresh.
--
-- KEYS[1]  the entry
-- KEYS[2]  the state of the cache (see invalidate.lua), if it lies on the same node
-- ARGV[1]  token of the lease
-- ARGV[2]  microseconds that the pause lasts, 0 for none
-- ARGV[3]  1 if the entry stays although it is stale, else 0
-- ARGV[4]  what stands before a waiter's name in its channel
-- Reply    {1 if the lease was there else 0, the state or nil}
local state = KEYS[2] and redis.call('GET', KEYS[2]) or false
local value = redis.call('GET', KEYS[1])
if not value or string.byte(value) ~= 250 or string.sub(value, 2, 17) ~= ARGV[1] then
  return { 0, state }
end
local count = tonumber(string.sub(value, 34, 35))
local entry = string.sub(value, 36 + 16 * count)
local pause = tonumber(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
if ARGV[3] == '0' and #entry >= 36 then
  local left = struct.unpack('>I8', entry, 11) - now
  entry = left > 0 and entry or ''
  pause = math.min(pause, left)
end
if entry == '' then
  redis.call('UNLINK', KEYS[1])
else
  local above = ''
  if pause > 0 then
    above = '\250!' .. string.sub(ARGV[1], 2) .. string.format('%016.0f', now + pause) .. '00'
  end
  redis.call('SET', KEYS[1], above .. entry, 'KEEPTTL')
end
for i = 0, count - 1 do
  redis.call('PUBLISH', ARGV[4] .. string.sub(value, 36 + 16 * i, 51 + 16 * i), KEYS[1])
end
return { 1, state }
