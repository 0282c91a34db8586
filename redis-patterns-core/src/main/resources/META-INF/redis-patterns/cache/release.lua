-- Ends a lease without a new entry. The entry that was there before stays, and is not tried to
-- be replaced for a while.
--
-- KEYS[1]  the entry
-- ARGV[1]  token of the lease
-- ARGV[2]  microseconds for which the former entry counts as fresh at least, 0 for as it was
-- ARGV[3]  what stands before a waiter's name in its channel
-- Reply    1 if the lease was there, else 0
local value = redis.call('GET', KEYS[1])
if not value or string.byte(value) ~= 250 or string.sub(value, 2, 17) ~= ARGV[1] then
  return 0
end
local count = tonumber(string.sub(value, 34, 35))
local entry = string.sub(value, 36 + 16 * count)
if entry == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], entry, 'KEEPTTL')
  if ARGV[2] ~= '0' then
    local time = redis.call('TIME')
    local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
    local expiry = math.max(now + tonumber(ARGV[2]), struct.unpack('>I8', entry, 11))
    redis.call('SETRANGE', KEYS[1], 10, struct.pack('>I8', expiry))
  end
end
for i = 0, count - 1 do
  redis.call('PUBLISH', ARGV[3] .. string.sub(value, 36 + 16 * i, 51 + 16 * i), KEYS[1])
end
return 1
