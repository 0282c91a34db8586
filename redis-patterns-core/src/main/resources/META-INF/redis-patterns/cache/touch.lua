-- Lets an entry live longer because it was used.
--
-- KEYS[1]  the entry, perhaps below a lease or a pause (see lease.lua)
-- ARGV[1]  first bytes of the entry; those up to its time of creation count
-- ARGV[2]  microseconds from now until it expires
-- ARGV[3]  microseconds from its creation after which it expires all the same
-- ARGV[4]  milliseconds for which it stays in Redis after it expired
-- Reply    1 if it was there, else 0
local head = redis.call('GETRANGE', KEYS[1], 0, 34)
local at = 0
if string.byte(head) == 250 then
  at = 35 + 16 * tonumber(string.sub(head, 34, 35))
end
head = redis.call('GETRANGE', KEYS[1], at, at + 9)
if head ~= string.sub(ARGV[1], 1, 10) then
  return 0
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local expiry = math.min(now + tonumber(ARGV[2]), struct.unpack('>I8', head, 3) + tonumber(ARGV[3]))
if expiry > now then
  redis.call('SETRANGE', KEYS[1], at + 10, struct.pack('>I8', expiry))
  local stored = math.ceil((expiry - now) / 1000) + tonumber(ARGV[4])
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.max(stored, redis.call('PTTL', KEYS[1]))))
end
return 1
