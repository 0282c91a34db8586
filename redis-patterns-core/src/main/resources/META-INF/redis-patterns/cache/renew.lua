-- Makes a lease last longer while its owner still loads.
--
-- KEYS[1]  the entry
-- ARGV[1]  token of the lease
-- ARGV[2]  lease in milliseconds, from now
-- Reply    1 if the lease was there, else 0
local head = redis.call('GETRANGE', KEYS[1], 0, 16)
if string.byte(head) ~= 250 or string.sub(head, 2) ~= ARGV[1] then
  return 0
end
local time = redis.call('TIME')
local ends = tonumber(time[1]) * 1000000 + tonumber(time[2]) + tonumber(ARGV[2]) * 1000
redis.call('SETRANGE', KEYS[1], 17, string.format('%016.0f', ends))
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 1
