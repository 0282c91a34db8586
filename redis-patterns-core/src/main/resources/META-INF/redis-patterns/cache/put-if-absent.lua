-- Writes an entry where there is none, or none but the one that the caller has seen and does not
-- want.
--
-- KEYS[1]  the entry
-- ARGV[1]  first bytes of the unwanted entry, or empty
-- ARGV[2]  the entry (layout: Envelope)
-- ARGV[3]  milliseconds until Redis forgets it
-- Reply    1 if it was written, else 0
local head = redis.call('GETRANGE', KEYS[1], 0, 35)
local kind = string.byte(head)
if kind == 249 and (ARGV[1] == '' or string.sub(head, 1, #ARGV[1]) ~= ARGV[1]) then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
