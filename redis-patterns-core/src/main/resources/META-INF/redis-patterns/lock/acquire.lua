-- Takes a lock for an owner if nobody has it. Sending it again for the same owner is safe: a
-- repeated request whose first answer was lost finds itself the owner.
--
-- KEYS[1]  the lock, a string that names its owner; expires with the lease
-- ARGV[1]  owner, unique for each acquisition
-- ARGV[2]  lease in milliseconds
-- Reply    0 if the owner has the lock now, else the milliseconds until the present lease ends
local owner = redis.call('GET', KEYS[1])
if not owner or owner == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 0
end
return math.max(1, redis.call('PTTL', KEYS[1]))
