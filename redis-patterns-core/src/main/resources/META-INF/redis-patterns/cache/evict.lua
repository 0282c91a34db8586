-- Removes an entry, with the lease of whoever loads it.
--
-- KEYS[1]  the entry
-- ARGV[1]  what stands before a waiter's name in its channel
-- Reply    1 if there was an entry, else 0
local head = redis.call('GETRANGE', KEYS[1], 0, 1619)
local kind = string.byte(head)
if not kind then
  return 0
end
local found = 1
if kind == 250 then
  local count = tonumber(string.sub(head, 34, 35))
  if redis.call('STRLEN', KEYS[1]) == 35 + 16 * count then
    found = 0
  end
  for i = 0, count - 1 do
    redis.call('PUBLISH', ARGV[1] .. string.sub(head, 36 + 16 * i, 51 + 16 * i), KEYS[1])
  end
end
redis.call('UNLINK', KEYS[1])
return found
