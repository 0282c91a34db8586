-- Gives a lock back, only if it is still the owner's.
--
-- KEYS[1]  the lock
-- ARGV[1]  owner
-- Reply    1 if it was the owner's until now, 0 if it had been lost
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
