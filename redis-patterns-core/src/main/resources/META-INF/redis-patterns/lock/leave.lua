-- A node does not wait any more. If it is its turn just now, the next one's comes.
--
-- KEYS[1]  the lock
-- KEYS[2]  nodes that wait
-- ARGV[1]  the node that leaves
-- Reply    1 if it was waiting or had its turn, else 0
local TURN = 50

local left = redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('GET', KEYS[1]) ~= '>' .. ARGV[1] then
  return left
end
local first = redis.call('ZPOPMIN', KEYS[2])[1]
if first then
  redis.call('SET', KEYS[1], '>' .. first, 'PX', TURN)
else
  redis.call('DEL', KEYS[1])
end
return 1
