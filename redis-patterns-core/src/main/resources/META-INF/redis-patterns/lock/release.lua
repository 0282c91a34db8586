-- Gives a lock back, only if it is still the owner's: to the node that has waited longest, which
-- has a short time to take it, or to nobody.
--
-- KEYS[1]  the lock
-- KEYS[2]  nodes that wait
-- ARGV[1]  owner
-- Reply    1 if it was the owner's until now, 0 if it had been lost
local TURN = 50

if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
local first = redis.call('ZPOPMIN', KEYS[2])[1]
if first then
  redis.call('SET', KEYS[1], '>' .. first, 'PX', TURN)
else
  redis.call('DEL', KEYS[1])
end
return 1
