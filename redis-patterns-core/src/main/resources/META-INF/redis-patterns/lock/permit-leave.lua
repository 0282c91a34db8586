-- A node does not wait any more. Touches the holders, so that those hear of it who stand behind.
--
-- KEYS[1]  holders
-- KEYS[2]  nodes that wait
-- KEYS[3]  the same by the time until which they count
-- ARGV[1]  permits and node
-- Reply    1 if it was waiting, else 0
local left = redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
local remaining = redis.call('PTTL', KEYS[1])
if left == 1 and remaining > 0 then
  redis.call('PEXPIRE', KEYS[1], remaining)
end
return left
